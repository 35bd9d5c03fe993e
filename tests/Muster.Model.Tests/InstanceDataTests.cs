using System.Text;

namespace Muster.Model.Tests;

public class InstanceDataTests
{
    private static readonly InstanceDefinition Full = new()
    {
        Service = "web", Id = "web-1", Address = "10.0.0.7", Port = 8080, Kind = "typical", SocketPath = "/run/web.sock",
        Tags = ["v2", "eu", "v2"], Metadata = [new("a", "1"), new("b", "")],
        TaggedAddresses = [new("lan", new ServiceAddress("10.0.0.7", 8080)), new("wan", new ServiceAddress("198.51.100.1", 80))],
        Ports = [new("grpc", 9090)], Weights = new Weights(10, 3), Locality = new Locality("eu", "eu-a"),
        EnableTagOverride = true, Lease = TimeSpan.FromMilliseconds(1500.2),
    };

    [Fact]
    public void Pack_Full_SpansShowWhatWasGiven()
    {
        InstanceData data = InstanceData.Pack(Full, new PackWriter());
        Assert.Equal("web-1", Encoding.UTF8.GetString(data.Id));
        Assert.Equal("10.0.0.7", Encoding.UTF8.GetString(data.Address));
        Assert.Equal("typical", Encoding.UTF8.GetString(data.Kind));
        Assert.Equal("/run/web.sock", Encoding.UTF8.GetString(data.SocketPath));
        Assert.Equal(["v2", "eu", "v2"], Texts(data.Tags));
        Assert.Equal(["a", "1", "b", ""], Texts(data.Metadata));
        Assert.Equal("8080 10 3 True 1501", $"{data.Port} {data.PassingWeight} {data.WarningWeight} {data.EnableTagOverride} {data.LeaseMilliseconds}");
        PackedAddresses addresses = data.TaggedAddresses;
        Assert.Equal(2, addresses.Count);
        Assert.True(addresses.MoveNext() && addresses.MoveNext());
        Assert.Equal(("wan", "198.51.100.1", 80), (Encoding.UTF8.GetString(addresses.Name), Encoding.UTF8.GetString(addresses.Address), addresses.Port));
        Assert.False(addresses.MoveNext());
        PackedPorts ports = data.Ports;
        foreach ((string name, int port) in Full.Ports)
        {
            Assert.True(ports.MoveNext());
            Assert.Equal((name, port), (Encoding.UTF8.GetString(ports.Name), ports.Port));
        }

        Assert.False(ports.MoveNext());
    }

    [Fact]
    public void Equals_AnyDifference_IsSeen()
    {
        InstanceData data = Pack(Full);
        Assert.Equal(data, Pack(Full with { }));
        Assert.Equal(data.GetHashCode(), Pack(Full with { }).GetHashCode());
        Assert.All(
            (InstanceDefinition[])
            [
                Full with { Service = "Web" }, Full with { Id = "web-2" }, Full with { Address = "" }, Full with { Port = 1 },
                Full with { Tags = ["v2", "eu"] }, Full with { Metadata = [] }, Full with { TaggedAddresses = [] }, Full with { Ports = [] },
                Full with { Weights = Weights.Default }, Full with { Locality = Locality.Unknown }, Full with { EnableTagOverride = false },
                Full with { Lease = TimeSpan.Zero }, Full with { Kind = "" }, Full with { SocketPath = "" },
                Full with { IsMeshNative = true }, Full with { TagsOverridden = true }, Full with { Proxy = new ProxyDefinition() },
                Full with { Epoch = 1 }, Full with { IsStarting = true },
            ],
            other => Assert.NotEqual(data, Pack(other)));
    }

    [Fact]
    public void Pack_Proxy_SpansShowWhatWasGivenAndUnpackGivesItBack()
    {
        var proxy = new ProxyDefinition { Destination = "web", DestinationId = "web-1", IsSidecar = true, Settings = "{\"Mode\":\"\"}"u8.ToArray() };
        InstanceData data = Pack(Full with { Proxy = proxy, IsMeshNative = true, TagsOverridden = true });
        Assert.True(data.HasProxy && data.IsMeshNative && data.TagsOverridden && data.Proxy.IsSidecar);
        Assert.Equal(("web", "web-1", "{\"Mode\":\"\"}"), (Encoding.UTF8.GetString(data.Proxy.Destination), Encoding.UTF8.GetString(data.Proxy.DestinationId), Encoding.UTF8.GetString(data.Proxy.Settings)));
        Assert.Equal(data, Pack(data.Unpack()));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 8)]
    [InlineData(InstanceDefinition.MaxEpoch, 8)]
    public void Pack_Epoch_IsGivenBackAndCostsNothingWhenThereIsNone(long epoch, int bytes)
    {
        foreach (InstanceDefinition plain in (InstanceDefinition[])[Full, Full with { Lease = TimeSpan.Zero }, Full with { Proxy = new ProxyDefinition { Destination = "web" } }])
        {
            InstanceData data = Pack(plain with { Epoch = epoch, IsStarting = true });
            Assert.Equal((epoch, true, Pack(plain).Packed.Length + bytes), (data.Epoch, data.IsStarting, data.Packed.Length));
            Assert.True(InstanceData.TryRestore(data.Service, data.Packed, out InstanceData restored));
            Assert.Equal(data, Pack(restored.Unpack()));
        }
    }

    [Fact]
    public void Pack_NoProxy_TakesNotOneByteMore()
    {
        InstanceData plain = Pack(Full), proxy = Pack(Full with { Proxy = new ProxyDefinition() });
        Assert.True(plain.Proxy.Settings.IsEmpty && plain.Proxy.Destination.IsEmpty);
        Assert.Equal(plain.Packed.Length, Pack(Full with { IsMeshNative = true }).Packed.Length);
        Assert.Equal(plain.Packed.Length + 4, proxy.Packed.Length);
    }

    [Fact]
    public void TryRestore_ProxyCutAnywhere_NeverThrows()
    {
        InstanceData data = Pack(Full with { Proxy = new ProxyDefinition { Destination = "web", Settings = "{}"u8.ToArray() } });
        for (int length = 0; length < data.Packed.Length; length++)
        {
            if (InstanceData.TryRestore("web", data.Packed[..length], out InstanceData cut))
            {
                Assert.True(cut.Proxy.Settings.Length <= 2);
                cut.Unpack();
            }
        }
    }

    [Fact]
    public void HealthStatus_WordsAndParsing_AreInverse()
    {
        foreach (HealthStatus status in Enum.GetValues<HealthStatus>())
        {
            Assert.True(HealthStatusText.TryParse(status.ToText(), out HealthStatus back));
            Assert.Equal(status, back);
        }

        Assert.False(HealthStatusText.TryParse("Passing", out _));
        Assert.False(HealthStatusText.TryParse(null, out _));
    }

    [Fact]
    public void EntryVersion_Order_IsClockThenOrigin()
    {
        Assert.True(new EntryVersion(2, 1) > new EntryVersion(1, 9));
        Assert.True(new EntryVersion(1, 1) < new EntryVersion(1, 2));
        Assert.True(new EntryVersion(1, 1) <= new EntryVersion(1, 1) && new EntryVersion(1, 1) >= new EntryVersion(1, 1));
    }

    private static InstanceData Pack(InstanceDefinition definition) => InstanceData.Pack(definition, new PackWriter());

    private static List<string> Texts(PackedTexts texts)
    {
        var list = new List<string>();
        foreach (ReadOnlySpan<byte> text in texts)
        {
            list.Add(Encoding.UTF8.GetString(text));
        }

        return list;
    }
}
