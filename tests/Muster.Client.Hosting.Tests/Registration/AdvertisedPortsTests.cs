using Muster.Client.Hosting.Registration;

namespace Muster.Client.Hosting.Tests.Registration;

public class AdvertisedPortsTests
{
    private static readonly Dictionary<string, int> None = [];

    [Theory]
    [InlineData("http://[::]:5000", "http", "::", 5000)]
    [InlineData("HTTPS://10.0.0.1:8443/base", "https", "10.0.0.1", 8443)]
    [InlineData("http://*:80", "http", "*", 80)]
    [InlineData("https://+", "https", "+", 443)]
    [InlineData("http://[fe80::1]", "http", "fe80::1", 80)]
    [InlineData("http://localhost:5000", "http", "localhost", 5000)]
    public void TryParse_AddressOfAServer_IsRead(string text, string scheme, string host, int port)
    {
        Assert.True(BoundAddress.TryParse(text, out BoundAddress? address));
        Assert.Equal(new BoundAddress(scheme, host, port), address);
    }

    [Theory]
    [InlineData("http://unix:/run/app.sock")]
    [InlineData("http://pipe:/app")]
    [InlineData("net.pipe://x:1")]
    [InlineData("http://")]
    [InlineData("http://x:")]
    [InlineData("http://x:0")]
    [InlineData("http://x:70000")]
    [InlineData("http://x:-1")]
    [InlineData("")]
    [InlineData("x")]
    public void TryParse_NoTcpPort_IsNone(string text) => Assert.False(BoundAddress.TryParse(text, out _));

    [Fact]
    public void Choose_BothSchemes_MainIsHttpAndBothAreNamed()
    {
        AdvertisedPorts ports = AdvertisedPorts.Choose(["https://[::]:5001", "http://[::]:5000"], null, null, None)!;

        Assert.Equal(5000, ports.Port);
        Assert.Equal([("http", 5000), ("https", 5001)], Sorted(ports));
    }

    [Fact]
    public void Choose_HttpsAsked_MainIsHttps()
    {
        AdvertisedPorts ports = AdvertisedPorts.Choose(["http://[::]:5000", "https://[::]:5001"], "https", null, None)!;

        Assert.Equal(5001, ports.Port);
    }

    [Fact]
    public void Choose_HttpOnLoopbackOnly_TheReachableOneIsMainAndAlone()
    {
        AdvertisedPorts ports = AdvertisedPorts.Choose(["http://127.0.0.1:5000", "https://0.0.0.0:5001"], null, null, None)!;

        Assert.Equal(5001, ports.Port);
        Assert.Equal([("https", 5001)], Sorted(ports));
    }

    [Fact]
    public void Choose_TwoAddresses_NamesOnlyPortsOfTheOneThatIsAdvertised()
    {
        AdvertisedPorts ports = AdvertisedPorts.Choose(["http://10.0.0.1:5000", "https://10.0.0.2:5001"], null, null, None)!;

        Assert.Equal([("http", 5000)], Sorted(ports));
    }

    [Fact]
    public void Choose_PortGiven_WinsOverWhatIsBound()
    {
        AdvertisedPorts ports = AdvertisedPorts.Choose(["http://[::]:5000"], null, 80, new Dictionary<string, int> { ["admin"] = 81 })!;

        Assert.Equal(80, ports.Port);
        Assert.Equal([("admin", 81)], Sorted(ports));
    }

    [Fact]
    public void Choose_NamedPortsGiven_WinOverWhatIsBound()
    {
        AdvertisedPorts ports = AdvertisedPorts.Choose(["http://[::]:5000"], null, null, new Dictionary<string, int> { ["http"] = 80, ["admin"] = 81 })!;

        Assert.Equal([("admin", 81), ("http", 80)], Sorted(ports));
    }

    [Fact]
    public void Choose_NothingBound_IsNone() => Assert.Null(AdvertisedPorts.Choose(["http://unix:/run/app.sock"], null, null, None));

    private static List<(string, int)> Sorted(AdvertisedPorts ports) =>
        [.. ports.Ports.OrderBy(port => port.Key, StringComparer.Ordinal).Select(port => (port.Key, port.Value))];
}
