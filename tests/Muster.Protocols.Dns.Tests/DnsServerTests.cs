using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Muster.Protocols.Dns.Reverse;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Tests;

public sealed class DnsServerTests
{
    [Fact]
    public async Task Start_AnswersOverUdpAndTcpOnOnePort()
    {
        await using DnsServer server = Create(out _);
        server.Start();
        IPEndPoint endPoint = Assert.Single(server.EndPoints);
        byte[] query = DnsTester.Query("web.service.consul", DnsRecordType.A);

        using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await udp.ConnectAsync(endPoint);
        await udp.SendAsync(query);
        byte[] buffer = new byte[512];
        int length = await udp.ReceiveAsync(buffer);
        Assert.Equal(["web.service.consul. A 10.0.0.1"], DnsAnswer.Read(buffer.AsSpan(0, length)).Answers);

        using TcpClient tcp = new();
        await tcp.ConnectAsync(endPoint);
        await tcp.GetStream().WriteAsync((byte[])[0, (byte)query.Length, .. query]);
        byte[] prefix = new byte[2];
        await tcp.GetStream().ReadExactlyAsync(prefix);
        byte[] response = new byte[(prefix[0] << 8) | prefix[1]];
        await tcp.GetStream().ReadExactlyAsync(response);
        Assert.Equal(["web.service.consul. A 10.0.0.1"], DnsAnswer.Read(response).Answers);
    }

    [Fact]
    public async Task Dispose_FreesThePortForTheNextServer()
    {
        DnsServer first = Create(out _);
        first.Start();
        int port = first.EndPoints[0].Port;
        await first.DisposeAsync();

        await using DnsServer second = Create(out _, port);
        second.Start();
        Assert.Equal(port, second.EndPoints[0].Port);
    }

    [Fact]
    public async Task Start_Twice_Throws()
    {
        await using DnsServer server = Create(out _);
        server.Start();
        Assert.Throws<InvalidOperationException>(server.Start);
    }

    [Fact]
    public async Task Dispose_NeverStarted_IsFine()
    {
        DnsServer server = Create(out _);
        await server.DisposeAsync();
        Assert.Empty(server.EndPoints);
    }

    [Fact]
    public void Options_AllWrong_AreToldAtOnce()
    {
        DnsServerOptions options = new()
        {
            EndPoints = [],
            Domain = "..",
            AltDomain = new string('a', 64),
            Datacenter = "dc.1",
            NodeTtl = TimeSpan.FromMilliseconds(-1),
            ServiceTtl = new Dictionary<string, TimeSpan> { ["web*"] = TimeSpan.FromDays(8) },
            AddressLimit = -1,
            Soa = new DnsSoaOptions { Refresh = TimeSpan.FromSeconds(-1), MinTtl = TimeSpan.FromDays(36500) },
            UdpSockets = 0,
            MaxUdpResponse = 100,
            TcpMaxConnections = 0,
            TcpIdleTimeout = TimeSpan.Zero,
        };

        IReadOnlyList<string> errors = options.Validate();

        Assert.Equal(13, errors.Count);
        ArgumentException thrown = Assert.Throws<ArgumentException>(
            () => new DnsServer(new TestCatalog().Catalog, options, TimeProvider.System, Random.Shared));
        Assert.All(errors, error => Assert.Contains(error, thrown.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Options_Defaults_AreValid() => Assert.Empty(new DnsServerOptions().Validate());

    [Fact]
    public void Queries_AreCountedByTypeAndCode()
    {
        TestMeters meters = new();
        using DnsMetrics metrics = new(meters);
        Catalog.Catalog catalog = new TestCatalog().Catalog;
        DnsResponder responder = new(
            metrics, new CatalogResponder(catalog, new DnsServerOptions(), new ReverseIndex(catalog), TimeProvider.System, new Random(1)), firstRecursor: null);
        byte[] response = new byte[512];
        responder.Respond(DnsTester.Query("x.service.consul", DnsRecordType.Srv), response, default);
        responder.Respond(DnsTester.Query("x.service.consul", DnsRecordType.Srv), response, default);
        responder.Respond(DnsTester.Query("server.node.consul", DnsRecordType.A), response, default);
        responder.Respond(DnsTester.Query("example.com", (DnsRecordType)999), response, default);
        responder.Respond([1, 2, 3], response, default);

        Dictionary<string, long> counts = meters.Collect();

        Assert.Equal(2, counts["muster.dns.server.queries SRV NXDOMAIN"]);
        Assert.Equal(1, counts["muster.dns.server.queries A NOERROR"]);
        Assert.Equal(1, counts["muster.dns.server.queries other REFUSED"]);
        Assert.Equal(1, counts["muster.dns.server.dropped"]);
    }

    private static DnsServer Create(out TestCatalog catalog, int port = 0)
    {
        catalog = new TestCatalog().Node("n1", "10.0.0.1").Add("n1", "web", "w");
        DnsServerOptions options = new() { EndPoints = [new IPEndPoint(IPAddress.Loopback, port)] };
        return new DnsServer(catalog.Catalog, options, TimeProvider.System, Random.Shared);
    }

    /// <summary>Collects the counters of this test's own meter only.</summary>
    private sealed class TestMeters : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            Meter meter = new(options);
            _meters.Add(meter);
            return meter;
        }

        public Dictionary<string, long> Collect()
        {
            Dictionary<string, long> counts = [];
            using MeterListener listener = new();
            listener.InstrumentPublished = (instrument, active) =>
            {
                if (_meters.Contains(instrument.Meter))
                {
                    active.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            {
                string name = instrument.Name;
                foreach (KeyValuePair<string, object?> tag in tags)
                {
                    name += $" {tag.Value}";
                }

                counts[name] = value;
            });
            listener.Start();
            listener.RecordObservableInstruments();
            return counts;
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }
}
