using Muster.Model;

namespace Muster.Catalog.Tests;

/// <summary>What one change of a service costs, counted in bytes allocated and snapshots made, never in time.</summary>
public class LinearityTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(500)]
    [InlineData(1000)]
    [InlineData(2000)]
    public void Report_OneOfManyInstances_CopiesReferencesOnly(int instances)
    {
        CatalogHarness harness = Filled(instances, CatalogHarness.Node);
        long spent = long.MaxValue;
        for (int i = 0; i < 4; i++)
        {
            HealthStatus status = i % 2 == 0 ? HealthStatus.Critical : HealthStatus.Passing;
            long before = GC.GetAllocatedBytesForCurrentThread();
            harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-50", status, "", ReportKind.Ttl);
            spent = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.InRange(spent, instances * 8, (instances * 8) + 3000);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(500)]
    [InlineData(1000)]
    [InlineData(2000)]
    public void DeregisterNode_WithManyInstancesOfOneService_CostsTheSameForEach(int instances)
    {
        CatalogHarness harness = Filled(instances, "gone");
        harness.Register("web", "stays");
        var watcher = new CountingWatcher();
        harness.Catalog.ServicePoint("web").TryAdd(watcher, harness.Index("web"));

        long before = GC.GetAllocatedBytesForCurrentThread();
        harness.Catalog.DeregisterNode("gone", "test");
        long spent = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(spent / instances, 0, 1500);
        Assert.Equal(1, watcher.Wakes);
        Assert.Equal("stays", Assert.Single(harness.Catalog.FindService("web")!.Instances.ToArray()).Data.IdText);
        harness.Catalog.Tick();
        Assert.Equal((1 + 1, instances), (harness.Catalog.Statistics.Instances, harness.Catalog.Statistics.Tombstones));
    }

    [Fact]
    public void Report_ChattyNodeCheck_ServicesShowItAtMostOnceInAnInterval()
    {
        CatalogHarness harness = Filled(200, CatalogHarness.Node);
        harness.Catalog.RegisterCheck(CatalogHarness.Node, null, CatalogHarness.Ttl(60, id: "disk"), null, null);
        var watcher = new CountingWatcher();
        harness.Catalog.ServicePoint("web").TryAdd(watcher, harness.Index("web"));
        var seen = new HashSet<ServiceSnapshot>(ReferenceEqualityComparer.Instance);
        for (int i = 1; i <= 1000; i++)
        {
            harness.Catalog.ReportCheck(CatalogHarness.Node, "disk", HealthStatus.Passing, $"{i} % full", ReportKind.Ttl);
            Assert.Equal($"{i} % full", Output(harness.Catalog.LocalNode));
            seen.Add(harness.Catalog.FindService("web")!);
            if (i == 1)
            {
                Assert.Equal("1 % full", Output(harness.Catalog.FindService("web")!.Instances[0].Node));
            }
        }

        Assert.Single(seen);
        harness.Run(harness.Catalog.Options.NodeOutputInterval + TimeSpan.FromSeconds(1));
        Assert.Equal("1000 % full", Output(harness.Catalog.FindService("web")!.Instances[0].Node));
        Assert.Equal(0, watcher.Wakes);
    }

    [Fact]
    public void Report_NodeCheckTransitionWhileATextWaits_ShowsAtOnce()
    {
        CatalogHarness harness = Filled(2, CatalogHarness.Node);
        harness.Catalog.RegisterCheck(CatalogHarness.Node, null, CatalogHarness.Ttl(60, id: "disk"), null, null);
        harness.Catalog.ReportCheck(CatalogHarness.Node, "disk", HealthStatus.Passing, "shown", ReportKind.Ttl);
        harness.Catalog.ReportCheck(CatalogHarness.Node, "disk", HealthStatus.Passing, "waits", ReportKind.Ttl);
        Assert.Equal("shown", Output(harness.Catalog.FindService("web")!.Instances[0].Node));
        harness.Catalog.ReportCheck(CatalogHarness.Node, "disk", HealthStatus.Critical, "full", ReportKind.Ttl);
        Assert.All(harness.Catalog.FindService("web")!.Instances.ToArray(), instance =>
            Assert.Equal((HealthStatus.Critical, "full"), (instance.Status, Output(instance.Node))));
    }

    [Fact]
    public void FindIn_AnyTwoSnapshots_FindsExactlyTheSameObjects()
    {
        var random = new Random(7);
        CatalogHarness harness = Filled(50, CatalogHarness.Node);
        harness.Catalog.RegisterNode(new NodeDefinition { Name = "other", Address = "10.0.0.9", Datacenter = "dc1" });
        ServiceSnapshot earlier = harness.Catalog.FindService("web")!;
        for (int round = 0; round < 200; round++)
        {
            for (int i = random.Next(6); i >= 0; i--)
            {
                string id = $"web-{random.Next(80)}", node = random.Next(3) == 0 ? "other" : CatalogHarness.Node;
                if (random.Next(2) == 0)
                {
                    harness.Catalog.Deregister(node, id, "test");
                }
                else
                {
                    harness.Catalog.Register(node, CatalogHarness.Define("web", id, random.Next(9)), [], false, "test");
                }
            }

            ServiceSnapshot present = harness.Catalog.FindService("web")!;
            int[] positions = new int[present.Instances.Length];
            present.FindIn(earlier, positions);
            Assert.Equal(present.Instances.ToArray().Select(instance => Array.IndexOf(earlier.Instances.ToArray(), instance)), positions);
            earlier = present;
        }
    }

    private static CatalogHarness Filled(int instances, string node)
    {
        var harness = new CatalogHarness();
        harness.Catalog.RegisterNode(new NodeDefinition { Name = node, Address = "10.0.0.2", Datacenter = "dc1" });
        for (int i = 0; i < instances; i++)
        {
            harness.Catalog.Register(node, CatalogHarness.Define("web", $"web-{i}"), [CatalogHarness.Ttl(60)], false, "test");
        }

        return harness;
    }

    private static string Output(Node node)
    {
        foreach (Check check in node.Checks)
        {
            if (check.Definition.Id == "disk")
            {
                return check.Output;
            }
        }

        return "";
    }
}
