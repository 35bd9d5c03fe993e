using Muster.Model;

namespace Muster.Catalog.Tests;

public class HealthTests
{
    private static void Probe(CatalogHarness harness, params HealthStatus[] results)
    {
        foreach (HealthStatus result in results)
        {
            harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", result, result.ToString(), ReportKind.Probe);
        }
    }

    [Fact]
    public void Probe_FailuresBeforeCritical_TakesThatManyInARow()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Http(failures: 3, initial: HealthStatus.Passing));
        Probe(harness, HealthStatus.Critical, HealthStatus.Critical, HealthStatus.Passing, HealthStatus.Critical, HealthStatus.Critical);
        Assert.Equal(HealthStatus.Passing, harness.StatusOf("web-1"));
        Probe(harness, HealthStatus.Critical);
        Assert.Equal(HealthStatus.Critical, harness.StatusOf("web-1"));
    }

    [Fact]
    public void Probe_FailuresBeforeWarning_WarnsFirst()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Http(failures: 3, warning: 2, initial: HealthStatus.Passing));
        Probe(harness, HealthStatus.Critical);
        Assert.Equal(HealthStatus.Passing, harness.StatusOf("web-1"));
        Probe(harness, HealthStatus.Critical);
        Assert.Equal(HealthStatus.Warning, harness.StatusOf("web-1"));
        Probe(harness, HealthStatus.Critical);
        Assert.Equal(HealthStatus.Critical, harness.StatusOf("web-1"));
    }

    [Fact]
    public void Probe_SuccessBeforePassing_HoldsFromTheFirstResult()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Http(successes: 2));
        Probe(harness, HealthStatus.Passing);
        Assert.Equal(HealthStatus.Critical, harness.StatusOf("web-1"));
        Probe(harness, HealthStatus.Passing);
        Assert.Equal(HealthStatus.Passing, harness.StatusOf("web-1"));
    }

    /// <summary>Fault plan H2: a target that answers every other time. Bounded changes, and never shown fit for longer than it was.</summary>
    [Theory]
    [InlineData(5, 300)]
    [InlineData(1, 60)]
    public void Probe_AlternatingResults_ChangesAreBounded(int recoveries, int window)
    {
        var harness = new CatalogHarness(with: options => options with { FlapRecoveries = recoveries, FlapWindow = TimeSpan.FromSeconds(window) });
        harness.Register("web", "web-1", CatalogHarness.Http());
        long before = harness.Index("web");
        for (int i = 0; i < 360; i++)
        {
            Probe(harness, HealthStatus.Passing);
            harness.Run(5);
            Probe(harness, HealthStatus.Critical);
            Assert.Equal(HealthStatus.Critical, harness.StatusOf("web-1"));
            harness.Run(5);
        }

        long allowed = recoveries + (3600 / window * recoveries);
        Assert.InRange(harness.Index("web") - before, 2 * recoveries, 2 * allowed);
    }

    [Fact]
    public void Probe_FlapsThenStaysWell_RecoversWithinAShareOfTheWindow()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Http());
        for (int i = 0; i < 6; i++)
        {
            Probe(harness, HealthStatus.Passing, HealthStatus.Critical);
        }

        Probe(harness, HealthStatus.Passing);
        Assert.Equal(HealthStatus.Critical, harness.StatusOf("web-1"));
        Assert.Equal("critical held: the check is flapping, it recovered 5 times within 300 s. Passing", harness.Find("web-1")!.Checks[0].Output);

        harness.Run(61);
        Probe(harness, HealthStatus.Passing);
        Assert.Equal((HealthStatus.Passing, "Passing"), (harness.StatusOf("web-1"), harness.Find("web-1")!.Checks[0].Output));
    }

    [Fact]
    public void Probe_FlappingIsHeld_GoodResultsPutOffTheRemoval()
    {
        var harness = new CatalogHarness(with: options => options with { FlapRecoveries = 1, FlapWindow = TimeSpan.FromHours(1) });
        harness.Register("web", "web-1", CatalogHarness.Http() with { DeregisterAfter = TimeSpan.FromSeconds(30) });
        Probe(harness, HealthStatus.Passing, HealthStatus.Critical);
        for (int i = 0; i < 10; i++)
        {
            harness.Run(20);
            Probe(harness, HealthStatus.Passing);
            Assert.Equal(HealthStatus.Critical, harness.StatusOf("web-1"));
        }

        harness.Run(31);
        Assert.Null(harness.Find("web-1"));
    }

    [Fact]
    public void Report_TtlOrExternal_IsNeverHeld()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Ttl(60));
        for (int i = 0; i < 50; i++)
        {
            harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Critical, "", ReportKind.Ttl);
            harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Passing, "", ReportKind.Ttl);
            Assert.Equal(HealthStatus.Passing, harness.StatusOf("web-1"));
        }
    }

    [Fact]
    public void Report_OutputOnly_NewBytesSameIndexNobodyWoken()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Http(initial: HealthStatus.Passing));
        Probe(harness, HealthStatus.Passing);
        ServiceSnapshot before = harness.Catalog.FindService("web")!;
        var watcher = new CountingWatcher();
        Assert.True(harness.Catalog.ServicePoint("web").TryAdd(watcher, before.Index));
        int records = harness.Log.Records.Count;
        harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Passing, "chatty", ReportKind.Probe);
        ServiceSnapshot after = harness.Catalog.FindService("web")!;
        Assert.Equal("chatty", after.Instances[0].Checks[0].Output);
        Assert.Equal(before.Index, after.Index);
        Assert.Equal(0, watcher.Wakes);
        Assert.Equal(records, harness.Log.Records.Count);
    }

    [Fact]
    public void Report_Ttl_OnAnotherKind_IsRefused()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Http());
        Assert.Equal(CatalogError.NotTtlCheck, harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Passing, "", ReportKind.Ttl).Error);
        Assert.Equal(CatalogError.UnknownCheck, harness.Catalog.ReportCheck(CatalogHarness.Node, "service:none", HealthStatus.Passing, "", ReportKind.Ttl).Error);
    }

    [Fact]
    public void Maintenance_OfAnInstance_IsACriticalCheckThatGoesAway()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1");
        harness.Catalog.SetMaintenance(CatalogHarness.Node, "web-1", true, "new disks");
        Assert.Equal(HealthStatus.Critical, harness.StatusOf("web-1"));
        CheckRef check = harness.Catalog.FindCheck(harness.Catalog.LocalNode, "_service_maintenance:web-1")!.Value;
        Assert.Equal("new disks", check.Check.Definition.Notes);
        Assert.True(harness.Catalog.SetMaintenance(CatalogHarness.Node, "web-1", false, "").Ok);
        Assert.Equal(HealthStatus.Passing, harness.StatusOf("web-1"));
        Assert.True(harness.Catalog.SetMaintenance(CatalogHarness.Node, "web-1", false, "").Ok);
        Assert.Equal(CatalogError.UnknownInstance, harness.Catalog.SetMaintenance(CatalogHarness.Node, "none", true, "").Error);
    }

    [Fact]
    public void Maintenance_OfANode_TakesAllItsInstancesOutAndWakesTheirWatchers()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1");
        harness.Register("api", "api-1");
        var watcher = new CountingWatcher();
        harness.Catalog.ServicePoint("web").TryAdd(watcher, harness.Index("web"));
        harness.Catalog.SetMaintenance(CatalogHarness.Node, null, true, "reboot");
        Assert.Equal((HealthStatus.Critical, HealthStatus.Critical), (harness.StatusOf("web-1"), harness.StatusOf("api-1")));
        Assert.Equal(HealthStatus.Critical, harness.Catalog.FindService("web")!.Instances[0].Status);
        Assert.Equal(1, watcher.Wakes);
    }

    [Fact]
    public void Timeline_OfMaintenance_NamesTheReason()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1");
        harness.Catalog.SetMaintenance(CatalogHarness.Node, "web-1", true, "new disks");
        harness.Catalog.SetMaintenance(CatalogHarness.Node, "web-1", false, "");
        Assert.Equal(["maintenance started: new disks", "maintenance ended"], harness.Catalog.TimelineOf("web").Skip(1).Select(entry => entry.Cause));
    }

    [Fact]
    public void Timeline_NodeChanges_IsToldOnceToEachServiceOnIt()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1");
        harness.Register("web", "web-2");
        harness.Catalog.RegisterNode(new NodeDefinition { Name = "other", Address = "10.0.0.9", Datacenter = "dc1" });
        harness.Catalog.Register("other", new InstanceDefinition { Service = "web", Id = "elsewhere" }, [], true, "test");
        int before = harness.Catalog.TimelineOf("web").Count;

        harness.Catalog.SetMaintenance(CatalogHarness.Node, null, true, "reboot");
        var disk = new CheckDefinition { Id = "disk", Name = "disk", Kind = CheckKind.External };
        harness.Catalog.RegisterCheck(CatalogHarness.Node, null, disk, HealthStatus.Passing, "12 % used");
        harness.Catalog.RegisterCheck(CatalogHarness.Node, null, disk, HealthStatus.Critical, "full");

        List<TimelineEvent> events = [.. harness.Catalog.TimelineOf("web").Skip(before)];
        string node = $"node \"{harness.Catalog.LocalNode.Name}\": ";
        Assert.Equal(
            [node + "maintenance started: reboot", node + "check \"disk\" registered, passing: 12 % used", node + "check \"disk\" passing -> critical: full"],
            events.Select(entry => entry.Cause));
        foreach (Instance instance in harness.Catalog.FindService("web")!.Instances)
        {
            Assert.All(events, entry => Assert.Equal(instance.Node == harness.Catalog.LocalNode, entry.Concerns(instance)));
        }
    }

    [Fact]
    public void Cut_LongOutput_KeepsWholeCharactersAndSaysSo()
    {
        string cut = CheckOutput.Cut(new string('ü', 3000), 0);
        Assert.EndsWith(" ... (captured 4096 of 6000 bytes)", cut, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', cut);
        Assert.Equal("ab ... (captured 2 of 5 bytes)", CheckOutput.Cut("abcde", 2));
        Assert.Equal("abcde", CheckOutput.Cut("abcde", 5));
    }
}
