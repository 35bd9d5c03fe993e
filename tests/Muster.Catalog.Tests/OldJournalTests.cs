using Muster.Model;

namespace Muster.Catalog.Tests;

/// <summary>
/// Records as version 0.1 wrote them, kept here byte for byte: what a journal holds must load for ever. When a format
/// grows, add records of the new form; never change these.
/// </summary>
public class OldJournalTests
{
    private const string Journal = """
        01838081b184e991038198d7eb0384d0eab6b73384d0eab6b73384d0eab6b733054f746865722432323232323232322d323232322d323232322d323232322d3232323232323232323232320831302e302e302e320364633102036c616e0831302e302e302e320377616e0c3139382e35312e3130302e3201047261636b02723100
        01848081b184e991038198d7eb0385d0eab6b73384d0eab6b73384d0eab6b733054f746865722432323232323232322d323232322d323232322d323232322d3232323232323232323232320831302e302e302e320364633102036c616e0831302e302e302e320377616e0c3139382e35312e3130302e3201047261636b02723101046469736b044469736b016e000000000000000002000000000109383020252066756c6c85d0eab6b73385d0eab6b733
        03858081b184e991038198d7eb0386d0eab6b73386d0eab6b73386d0eab6b733054f746865720377656266901f0a00030003905f010000000000057765622d310831302e312e312e310c6d6573682d67617465776179082f72756e2f7765620265750465752d61020276310265750101610131010377616e0c3139382e35312e3130302e315001076d6574726963738c4700
        03868081b184e991038198d7eb0387d0eab6b73387d0eab6b73387d0eab6b733026e3105706c61696e205000010001000007706c61696e2d310831302e302e302e3100000000000000000304687474700168056e6f746573020080c2d72f80dac409020103808c8d9e02020064001268747470733a2f2f31302e302e302e312f6804504f535401620173010103582d410201310132020087d0eab6b73387d0eab6b7330000000180c6868f010000000000000000000000000087d0eab6b73387d0eab6b73303746370017400030080c2d72f00000000000200000b31302e302e302e313a383000020087d0eab6b73387d0eab6b733
        05878081b184e991038198d7eb0388d0eab6b733026e3107706c61696e2d310001057469726564
        03888081b184e991038198d7eb0389d0eab6b73389d0eab6b73389d0eab6b733026e3105706c61696e1f5000010001000006676f6e652d310831302e302e302e31000000000000000000
        04898081b184e991038198d7eb038ad0eab6b733026e3106676f6e652d31
        038a8081b184e991038198d7eb038bd0eab6b73387d0eab6b73387d0eab6b733026e3105706c61696e205000010001000007706c61696e2d310831302e302e302e310000000000000000041c5f736572766963655f6d61696e74656e616e63653a706c61696e2d311853657276696365204d61696e74656e616e6365204d6f6465037768790400000000000000020000000002008bd0eab6b7338bd0eab6b73304687474700168056e6f746573020080c2d72f80dac409020103808c8d9e02020064001268747470733a2f2f31302e302e302e312f6804504f535401620173010103582d410201310132020087d0eab6b73387d0eab6b7330000000180c6868f0100000000000000000000000105746972656487d0eab6b73388d0eab6b73303746370017400030080c2d72f00000000000200000b31302e302e302e313a383000020087d0eab6b73387d0eab6b733
        018b8081b184e991038198d7eb038cd0eab6b7338cd0eab6b7338cd0eab6b733046c6f7374000831302e302e302e3303646331000000
        028c8081b184e991038198d7eb038dd0eab6b733046c6f7374
        """;

    private const string Snapshot = """
        01818081b184e991038198d7eb038dd0eab6b73381d0eab6b73381d0eab6b733026e312431313131313131312d313131312d313131312d313131312d313131313131313131313131093132372e302e302e310364633104036c616e093132372e302e302e31086c616e5f69707634093132372e302e302e310377616e093132372e302e302e310877616e5f69707634093132372e302e302e310116636f6e73756c2d6e6574776f726b2d7365676d656e7400010a736572664865616c74681253657266204865616c746820537461747573000000000000000000020000000000194167656e7420616c69766520616e6420726561636861626c6582d0eab6b73382d0eab6b733
        01848081b184e991038198d7eb038dd0eab6b73384d0eab6b73384d0eab6b733054f746865722432323232323232322d323232322d323232322d323232322d3232323232323232323232320831302e302e302e320364633102036c616e0831302e302e302e320377616e0c3139382e35312e3130302e3201047261636b02723101046469736b044469736b016e000000000000000002000000000109383020252066756c6c85d0eab6b73385d0eab6b733
        038a8081b184e991038198d7eb038dd0eab6b73387d0eab6b73387d0eab6b733026e3105706c61696e205000010001000007706c61696e2d310831302e302e302e310000000000000000041c5f736572766963655f6d61696e74656e616e63653a706c61696e2d311853657276696365204d61696e74656e616e6365204d6f6465037768790400000000000000020000000002008bd0eab6b7338bd0eab6b73304687474700168056e6f746573020080c2d72f80dac409020103808c8d9e02020064001268747470733a2f2f31302e302e302e312f6804504f535401620173010103582d410201310132020087d0eab6b73387d0eab6b7330000000180c6868f0100000000000000000000000105746972656487d0eab6b73388d0eab6b73303746370017400030080c2d72f00000000000200000b31302e302e302e313a383000020087d0eab6b73387d0eab6b733
        03828081b184e991038198d7eb038dd0eab6b73383d0eab6b73383d0eab6b733026e3106636f6e73756c95016c20010001000006636f6e73756c00000000000007096e6f6e5f766f7465720566616c73650c726166745f76657273696f6e01330c726561645f7265706c6963610566616c736515736572665f70726f746f636f6c5f63757272656e74013211736572665f70726f746f636f6c5f6d6178013511736572665f70726f746f636f6c5f6d696e01310776657273696f6e03312e30000000
        03858081b184e991038198d7eb038dd0eab6b73386d0eab6b73386d0eab6b733054f746865720377656266901f0a00030003905f010000000000057765622d310831302e312e312e310c6d6573682d67617465776179082f72756e2f7765620265750465752d61020276310265750101610131010377616e0c3139382e35312e3130302e315001076d6574726963738c4700
        64898081b184e991038198d7eb0300026e3106676f6e652d31
        """;

    /// <summary>Since there are epochs and states: the last members of a registration and of a removal.</summary>
    private const string JournalWithLives = """
        03838081b184e991038198d7eb0384d0eab6b73384d0eab6b73384d0eab6b733026e310377656231901f0100010062905f010000000000057765622d310831302e302e302e3100000000010276310000000072e7a59a01000002175f736572766963655f7374617274696e673a7765622d31085374617274696e67000b000000000000000200000000020084d0eab6b73384d0eab6b733000374746c000180c6868f010000000000000000000000000084d0eab6b73384d0eab6b73380f2d6ca06
        03848081b184e991038198d7eb0385d0eab6b73384d0eab6b73384d0eab6b733026e310377656231901f0100010062905f010000000000057765622d310831302e302e302e3100000000010276310000000072e7a59a010000031a5f736572766963655f6d61696e74656e616e63653a7765622d3108447261696e696e67037768790a000000000000000200000000020085d0eab6b73385d0eab6b733175f736572766963655f7374617274696e673a7765622d31085374617274696e67000b000000000000000200000000020084d0eab6b73384d0eab6b733000374746c000180c6868f010000000000000000000000000084d0eab6b73384d0eab6b73380f2d6ca06
        03858081b184e991038198d7eb0386d0eab6b73386d0eab6b73386d0eab6b733026e3103776562275000010001002006676f6e652d310831302e302e302e31000000000000000007000000000000000080f2d6ca06
        04868081b184e991038198d7eb0387d0eab6b733026e3106676f6e652d3107
        """;

    private const string SnapshotWithLives = """
        03848081b184e991038198d7eb0387d0eab6b73384d0eab6b73384d0eab6b733026e310377656231901f0100010062905f010000000000057765622d310831302e302e302e3100000000010276310000000072e7a59a010000031a5f736572766963655f6d61696e74656e616e63653a7765622d3108447261696e696e67037768790a000000000000000200000000020085d0eab6b73385d0eab6b733175f736572766963655f7374617274696e673a7765622d31085374617274696e67000b000000000000000200000000020084d0eab6b73384d0eab6b733000374746c000180c6868f010000000000000000000000000084d0eab6b73384d0eab6b73380f2d6ca06
        64868081b184e991038198d7eb0300026e3106676f6e652d3107
        """;

    [Theory]
    [InlineData(JournalWithLives)]
    [InlineData(SnapshotWithLives)]
    public void LoadRecord_WithLives_GivesThemBack(string records)
    {
        Catalog catalog = Load(records);
        Instance web = catalog.FindService("web")!.Instances[0];
        Assert.Equal((1763720000000, true, InstanceState.Draining, 1767225600u), (web.Data.Epoch, web.Data.IsStarting, web.State, web.RegisteredSeconds));
        Assert.Equal((90_000L, (ushort)8080, "web-1"), (web.Data.LeaseMilliseconds, web.Data.Port, web.Data.IdText));
        Assert.Equal(7, catalog.Register("n1", CatalogHarness.Define("web", "gone-1") with { Epoch = 6 }, [], false, "test").CurrentEpoch);
        catalog.ClearState("n1", "web-1");
        Assert.Equal(InstanceState.Starting, catalog.FindService("web")!.Instances[0].State);
    }

    [Fact]
    public void LoadRecord_FromBeforeThereWereLives_TakesTheLastChangeForTheRegistration()
    {
        Instance plain = Load(Journal).FindService("plain")!.Instances[0];
        Assert.Equal((0L, InstanceState.OutOfService, (uint)(plain.Version.Clock / 1_000_000)), (plain.Data.Epoch, plain.State, plain.RegisteredSeconds));
    }

    [Theory]
    [InlineData(Journal)]
    [InlineData(Snapshot)]
    public void LoadRecord_OfTheFirstVersion_GivesEverythingBack(string records)
    {
        Catalog catalog = Load(records);
        Assert.Equal(["n1", "Other"], catalog.Nodes.Select(node => node.Name));
        Node other = catalog.FindNode("other")!;
        Assert.Equal(("22222222-2222-2222-2222-222222222222", "10.0.0.2", "dc1"), (other.Definition.Id, other.Definition.Address, other.Definition.Datacenter));
        Assert.Equal([new("lan", "10.0.0.2"), new("wan", "198.51.100.2")], other.Definition.TaggedAddresses);
        Assert.Equal([new("rack", "r1")], other.Definition.Metadata);
        Assert.Equal(("disk", "n", HealthStatus.Warning, "80 % full"), (other.Checks[0].Definition.Id, other.Checks[0].Definition.Notes, other.Checks[0].Status, other.Checks[0].Output));

        InstanceDefinition web = catalog.FindInstance(other, "web-1")!.Data.Unpack();
        Assert.Equal(("web", "10.1.1.1", 8080, "mesh-gateway", "/run/web"), (web.Service, web.Address, web.Port, web.Kind, web.SocketPath));
        Assert.Equal((true, new Weights(10, 3), new Locality("eu", "eu-a"), TimeSpan.FromSeconds(90)), (web.EnableTagOverride, web.Weights, web.Locality, web.Lease));
        Assert.Equal(["v1", "eu"], web.Tags);
        Assert.Equal([new("a", "1")], web.Metadata);
        Assert.Equal([new("wan", new ServiceAddress("198.51.100.1", 80))], web.TaggedAddresses);
        Assert.Equal([new("metrics", 9100)], web.Ports);
        Assert.Equal((null, false, false), (web.Proxy, web.IsMeshNative, web.TagsOverridden));
    }

    [Theory]
    [InlineData(Journal)]
    [InlineData(Snapshot)]
    public void LoadRecord_ChecksOfTheFirstVersion_GivesEverythingBack(string records)
    {
        Catalog catalog = Load(records);
        Instance plain = catalog.FindService("plain")!.Instances[0];
        Assert.Equal(1, catalog.FindService("plain")!.Instances.Length);
        Assert.Equal(["_service_maintenance:plain-1", "http", "service:plain-1", "tcp"], Enumerable.Range(0, plain.Checks.Count).Select(n => plain.CheckIdOf(plain.Checks[n])).Order(StringComparer.Ordinal));
        Check ttl = plain.FindCheck("service:plain-1")!, http = plain.FindCheck("http")!, tcp = plain.FindCheck("tcp")!;
        Assert.Equal((CheckKind.Ttl, TimeSpan.FromSeconds(30), HealthStatus.Warning, "tired"), (ttl.Definition.Kind, ttl.Definition.Ttl, ttl.Status, ttl.Output));
        Assert.Equal((CheckKind.Tcp, "10.0.0.1:80"), (tcp.Definition.Kind, tcp.Definition.Target!.Address));
        CheckDefinition definition = http.Definition;
        Assert.Equal((CheckKind.Http, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1)), (definition.Kind, definition.Interval, definition.Timeout, definition.DeregisterAfter));
        Assert.Equal((2, 1, 3, 100, "h", "notes"), (definition.SuccessBeforePassing, definition.FailuresBeforeWarning, definition.FailuresBeforeCritical, definition.OutputMaxSize, definition.Name, definition.Notes));
        HttpProbe probe = definition.Http!;
        Assert.Equal(("https://10.0.0.1/h", "POST", "b", "s", true), (probe.Url, probe.Method, probe.Body, probe.TlsServerName, probe.TlsSkipVerify));
        Assert.Equal(["1", "2"], Assert.Single(probe.Headers).Value);
        Assert.Equal("why", plain.FindCheck("_service_maintenance:plain-1")!.Definition.Notes);
    }

    private static Catalog Load(string records)
    {
        var options = new CatalogOptions { NodeName = CatalogHarness.Node, NodeId = "11111111-1111-1111-1111-111111111111" };
        var catalog = new Catalog(options, new ManualTime(), new Random(1), NoChangeLog.Instance, new InlineWakes());
        if (records != Snapshot)
        {
            // the journal starts after the snapshot that the server's own node is in
            Assert.True(catalog.LoadRecord(Bytes(Snapshot.Split('\n')[0])));
        }

        Assert.All(records.Split('\n'), record => Assert.True(catalog.LoadRecord(Bytes(record))));
        catalog.FinishLoading();
        return catalog;
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);
}
