using Muster.Model;

namespace Muster.Catalog.Tests;

public class RegistrationTests
{
    [Fact]
    public void Register_Twice_SecondChangesNothing()
    {
        var harness = new CatalogHarness();
        long sequence = harness.Register("web", "web-1", CatalogHarness.Ttl(30)).Sequence;
        ServiceSnapshot first = harness.Catalog.FindService("WEB")!;
        int records = harness.Log.Records.Count;
        CommandResult second = harness.Register("web", "web-1", CatalogHarness.Ttl(30));
        Assert.Same(first, harness.Catalog.FindService("web"));
        Assert.Equal(records, harness.Log.Records.Count);

        // the first may not be on disk yet, and the second rests on it
        Assert.Equal(sequence, second.Sequence);
    }

    [Fact]
    public void Register_ChangedPort_BumpsTheIndexOfThatServiceOnly()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1");
        harness.Register("api", "api-1");
        long web = harness.Index("web"), api = harness.Index("api");
        harness.Register(CatalogHarness.Define("api", "api-1", port: 81));
        Assert.Equal(web, harness.Index("web"));
        Assert.True(harness.Index("api") > api);
        Assert.Equal(81, harness.Catalog.FindService("api")!.Instances[0].Data.Port);
    }

    [Fact]
    public void Register_AnotherServiceUnderTheSameId_MovesTheInstance()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "x");
        harness.Register("api", "x");
        Assert.Null(harness.Catalog.FindService("web"));
        Assert.Single(harness.Catalog.FindService("api")!.Instances.ToArray());
        Assert.Equal(2, harness.Catalog.Statistics.Instances);
    }

    [Fact]
    public void Register_SameCheckAgain_KeepsStatusAndOutput()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Ttl(30, initial: HealthStatus.Critical));
        harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Warning, "so so", ReportKind.Ttl);
        harness.Register(CatalogHarness.Define("web", "web-1", port: 81), CatalogHarness.Ttl(60, initial: HealthStatus.Critical));
        Check check = harness.Find("web-1")!.Checks[0];
        Assert.Equal((HealthStatus.Warning, "so so"), (check.Status, check.Output));
        Assert.Equal(TimeSpan.FromSeconds(60), check.Definition.Ttl);
    }

    [Fact]
    public void Register_ReplaceExistingChecks_DropsTheUnnamed()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Ttl(30, id: "a"), CatalogHarness.Ttl(30, id: "b"));
        harness.Register("web", "web-1", CatalogHarness.Ttl(30, id: "a"));
        Assert.Equal(2, harness.Find("web-1")!.Checks.Count);
        harness.Catalog.Register(CatalogHarness.Node, CatalogHarness.Define("web", "web-1"), [CatalogHarness.Ttl(30, id: "a")], true, "test");
        Assert.Equal("a", harness.Find("web-1")!.Checks[0].Definition.Id);
        Assert.Null(harness.Catalog.FindCheck(harness.Catalog.LocalNode, "b"));
    }

    [Fact]
    public void Register_CheckIdOfAnotherInstance_MovesTheCheck()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Ttl(30, id: "alive"));
        harness.Register("web", "web-2", CatalogHarness.Ttl(30, id: "alive"));
        Assert.Equal(0, harness.Find("web-1")!.Checks.Count);
        Assert.Equal("web-2", harness.Catalog.FindCheck(harness.Catalog.LocalNode, "alive")!.Value.Instance!.Data.IdText);
        Assert.Equal(harness.Index("web"), harness.Catalog.FindService("web")!.Index);
    }

    [Fact]
    public void Register_UnknownNode_IsRefused() =>
        Assert.Equal(CatalogError.UnknownNode, new CatalogHarness().Catalog.Register("nowhere", CatalogHarness.Define("a", "b"), [], false, "t").Error);

    [Fact]
    public void Register_OverTheLimit_IsRefusedAndChangesNothing()
    {
        var harness = new CatalogHarness(1, options => options with { MaxInstances = 3 });
        harness.Register("a", "1");
        harness.Register("a", "2");
        Assert.Equal(CatalogError.LimitReached, harness.Register("a", "3").Error);
        Assert.Equal(3, harness.Catalog.Statistics.Instances);
        Assert.True(harness.Register(CatalogHarness.Define("a", "2", port: 99)).Ok);
    }

    [Fact]
    public void Deregister_LastInstance_IndexOfAbsenceDoesNotGoBack()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1");
        long present = harness.Index("web");
        harness.Catalog.Deregister(CatalogHarness.Node, "web-1", "test");
        ServiceView view = harness.Catalog.ViewService("web");
        Assert.Null(view.Snapshot);
        Assert.True(view.Index > present);
        Assert.True(harness.Catalog.ServiceIndex("never-seen") >= view.Index);
    }

    [Fact]
    public void Instances_OfAService_AreSortedByNodeThenId()
    {
        var harness = new CatalogHarness();
        foreach (string node in (string[])["zeta", "Alpha", "beta"])
        {
            harness.Catalog.RegisterNode(new NodeDefinition { Name = node, Address = "10.0.0.9", Datacenter = "dc1" });
            foreach (string id in (string[])["2", "10", "1"])
            {
                harness.Catalog.Register(node, CatalogHarness.Define("web", id), [], false, "test");
            }
        }

        string[] order = [.. harness.Catalog.FindService("web")!.Instances.ToArray().Select(i => $"{i.Node.Name}/{i.Data.IdText}")];
        Assert.Equal(["Alpha/1", "Alpha/10", "Alpha/2", "beta/1", "beta/10", "beta/2", "zeta/1", "zeta/10", "zeta/2"], order);
    }

    [Fact]
    public void Definition_PackedAndUnpacked_IsTheSame()
    {
        var definition = new InstanceDefinition
        {
            Service = "wéb", Id = "web/1 ü", Kind = "connect-proxy", Address = "2001:db8::1", Port = 65535, SocketPath = "/run/x",
            Tags = ["a", "", "b"], Metadata = [new("k", "v"), new("k2", "")],
            TaggedAddresses = [new("lan", new ServiceAddress("10.0.0.1", 0)), new("wan", new ServiceAddress("1.2.3.4", 80))],
            Ports = [new("grpc", 1), new("metrics", 9100)], Weights = new Weights(10, 0), Locality = new Locality("r", "z"),
            EnableTagOverride = true, Lease = TimeSpan.FromSeconds(7),
        };
        InstanceDefinition back = InstanceData.Pack(definition, new PackWriter()).Unpack();
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(definition), System.Text.Json.JsonSerializer.Serialize(back));
    }

    [Fact]
    public void Register_DerivedCheckIdThatAnotherInstanceNamed_MovesTheCheck()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web", CatalogHarness.Ttl(60, id: "service:web:1"));
        harness.Register("web", "web:1", CatalogHarness.Ttl(60));
        CheckRef found = harness.Catalog.FindCheck(harness.Catalog.LocalNode, "service:web:1")!.Value;
        Assert.Equal("web:1", found.Instance!.Data.IdText);
        Assert.Equal(0, harness.Find("web")!.Checks.Count);
    }

    [Fact]
    public void Register_DerivedAndNamedCheckTwice_SecondChangesNothing()
    {
        var harness = new CatalogHarness();
        CheckDefinition[] checks = [CatalogHarness.Ttl(60), CatalogHarness.Ttl(60, id: "service:a")];
        harness.Register("web", "web-1", checks);
        long index = harness.Index("web");
        harness.Register("web", "web-1", checks);
        Assert.Equal(index, harness.Index("web"));
    }

    [Fact]
    public void Register_MoveToAnotherService_TheTimelineItLeftSaysSo()
    {
        var harness = new CatalogHarness();
        harness.Register("old", "x");
        harness.Register("new", "x");
        Assert.Contains("\"new\"", harness.LastCause("old"), StringComparison.Ordinal);
    }

    [Fact]
    public void RegisterCheck_OnlyTheOutputDiffers_IsAReportThatMovesNoIndex()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1");
        CheckDefinition check = CatalogHarness.Ttl(60, id: "c") with { Kind = CheckKind.External, Ttl = TimeSpan.Zero };
        harness.Catalog.RegisterCheck(CatalogHarness.Node, "web-1", check, HealthStatus.Passing, "one");
        long index = harness.Index("web");
        harness.Catalog.RegisterCheck(CatalogHarness.Node, "web-1", check, HealthStatus.Passing, "two");
        Assert.Equal((index, "two"), (harness.Index("web"), harness.Find("web-1")!.Checks[0].Output));
    }

    [Fact]
    public void Register_LargerThanAJournalRecordMayBe_IsRefusedAndChangesNothing()
    {
        var harness = new CatalogHarness();
        CheckDefinition wordy = CatalogHarness.Ttl(60) with { Notes = new string('x', 1 << 20) };
        Assert.Equal(CatalogError.TooLarge, harness.Register("web", "web-1", wordy).Error);
        Assert.Equal(CatalogError.TooLarge, harness.Register(CatalogHarness.Define("web", "web-1", tags: [.. Enumerable.Repeat("tag", 100_000)])).Error);
        Assert.Null(harness.Find("web-1"));
        harness.Register("web", "web-1");
        Assert.Equal(CatalogError.TooLarge, harness.Catalog.RegisterCheck(CatalogHarness.Node, "web-1", wordy, null, null).Error);
        Assert.Equal(CatalogError.TooLarge, harness.Catalog.RegisterCheck(CatalogHarness.Node, null, wordy with { Id = "c" }, null, null).Error);
        Assert.Equal(CatalogError.TooLarge, harness.Catalog.SetMaintenance(CatalogHarness.Node, "web-1", true, wordy.Notes).Error);
    }
}
