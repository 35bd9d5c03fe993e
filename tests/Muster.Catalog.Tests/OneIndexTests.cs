using Muster.Model;

namespace Muster.Catalog.Tests;

/// <summary>A reader that looks in the middle of a command must not get half of it under the index of the whole: it would wait in vain.</summary>
public class OneIndexTests
{
    private const string Other = "n2";

    private static CatalogHarness WithProxies(int count)
    {
        var harness = new CatalogHarness();
        harness.Catalog.RegisterNode(new NodeDefinition { Name = Other, Address = "10.0.0.2", Datacenter = "dc1" });
        for (int i = 0; i < count; i++)
        {
            InstanceDefinition proxy = CatalogHarness.Define("side", $"side-{i}") with
            {
                Kind = ProxyDefinition.Kind, Proxy = new ProxyDefinition { Destination = "web", Settings = "{}"u8.ToArray() },
            };
            harness.Catalog.Register(Other, proxy, [CatalogHarness.Ttl(100)], false, "test");
        }

        return harness;
    }

    private static int CountChecks(Catalog catalog) =>
        catalog.Nodes.Sum(node => node.Checks.Count + catalog.InstancesOn(node).Sum(instance => instance.Checks.Count));

    [Fact]
    public void DeregisterNode_ReadInTheMiddle_ChecksOfTheLastIndexAreTheLastChecks()
    {
        CatalogHarness harness = WithProxies(3);
        harness.Catalog.RegisterCheck(Other, null, new CheckDefinition { Id = "up", Name = "up" }, HealthStatus.Passing, "");
        var reader = new Reader(() => (harness.Catalog.ChecksPoint.Index, CountChecks(harness.Catalog)));
        harness.Catalog.Subscribe(reader);
        harness.Catalog.DeregisterNode(Other, "test");
        reader.AssertLastIndexIsTheEnd();
    }

    [Fact]
    public void DeregisterNode_ReadInTheMiddle_NodeOfTheLastIndexIsGone()
    {
        CatalogHarness harness = WithProxies(3);
        var reader = new Reader(() => harness.Catalog.FindNode(Other) is { } node
            ? (harness.Catalog.NodePoint(node).Index, 1 + harness.Catalog.InstancesOn(node).Count)
            : (harness.Catalog.NodesPoint.Index, 0));
        harness.Catalog.Subscribe(reader);
        harness.Catalog.DeregisterNode(Other, "test");
        reader.AssertLastIndexIsTheEnd();
    }

    [Fact]
    public void DeregisterNode_ReadInTheMiddle_ProxiesOfOneIndexAreTheSame()
    {
        CatalogHarness harness = WithProxies(3);
        var reader = new Reader(() =>
        {
            ServiceView view = harness.Catalog.ViewMesh("web");
            return (view.Index, view.Snapshot?.Instances.Length ?? 0);
        });
        harness.Catalog.Subscribe(reader);
        harness.Catalog.DeregisterNode(Other, "test");
        reader.AssertLastIndexIsTheEnd();
    }

    [Fact]
    public async Task DeregisterNode_ReadMeanwhile_ServicesOfTheLastIndexAreTheLastServices()
    {
        var harness = new CatalogHarness();
        harness.Catalog.RegisterNode(new NodeDefinition { Name = Other, Address = "10.0.0.2", Datacenter = "dc1" });
        for (int i = 0; i < 3000; i++)
        {
            harness.Catalog.Register(Other, CatalogHarness.Define($"service-{i}", $"{i}"), [], false, "test");
        }

        long last = harness.Catalog.ServicesPoint.Index;
        using var running = new Barrier(2);
        Task<(long Index, int Count)> reading = Task.Run(() =>
        {
            running.SignalAndWait();
            while (true)
            {
                // as the HTTP API does: the index, then what belongs to it, kept until the index moves
                long index = harness.Catalog.ServicesPoint.Index;
                int count = harness.Catalog.Services.Count;
                if (index != last)
                {
                    return (index, count);
                }
            }
        });
        running.SignalAndWait();
        harness.Catalog.DeregisterNode(Other, "test");
        (long index, int count) = await reading;
        Assert.Equal((harness.Catalog.ServicesPoint.Index, harness.Catalog.Services.Count), (index, count));
    }

    [Fact]
    public void ChecksPoint_WhatChecksShowOfTheirService_Moves()
    {
        var harness = new CatalogHarness();
        harness.Register(CatalogHarness.Define("web", "1", 80, 0, "a"), CatalogHarness.Ttl(10), CatalogHarness.Ttl(10, id: "second"));
        long before = harness.Catalog.ChecksPoint.Index;
        harness.Register(CatalogHarness.Define("web", "1", 81, 0, "a"));
        Assert.Equal(before, harness.Catalog.ChecksPoint.Index);
        harness.Register(CatalogHarness.Define("web", "1", 81, 0, "b"));
        long tags = harness.Catalog.ChecksPoint.Index;
        Assert.True(tags > before);
        harness.Register(CatalogHarness.Define("shop", "1", 81, 0, "b"));
        Assert.True(harness.Catalog.ChecksPoint.Index > tags);
    }

    [Fact]
    public void InstancesPoint_InstancesAndTheirNodes_MoveItAndHealthDoesNot()
    {
        var harness = new CatalogHarness();
        long seen = harness.Catalog.InstancesPoint.Index;
        bool Moved(Action change)
        {
            change();
            bool moved = harness.Catalog.InstancesPoint.Index > seen;
            seen = harness.Catalog.InstancesPoint.Index;
            return moved;
        }

        Assert.True(Moved(() => harness.Register(CatalogHarness.Define("web", "1"), CatalogHarness.Ttl(10))));
        Assert.True(Moved(() => harness.Register(CatalogHarness.Define("web", "2"))));
        Assert.True(Moved(() => harness.Register(CatalogHarness.Define("web", "2") with { Metadata = [new("v", "2")] })));
        Assert.False(Moved(() => harness.Catalog.ReportCheck(CatalogHarness.Node, "service:1", HealthStatus.Critical, "", ReportKind.Ttl)));
        Assert.True(Moved(() => harness.Catalog.SetSelfMetadata([new("rack", "2")])));
        Assert.True(Moved(() => harness.Catalog.Deregister(CatalogHarness.Node, "2", "test")));
    }

    /// <summary>Reads at every change that is told, which is while the catalog is at work, and once more at the end.</summary>
    private sealed class Reader(Func<(long Index, int Content)> read) : ICatalogObserver
    {
        private readonly List<(long Index, int Content)> _seen = [];

        public void OnChange(in CatalogChange change) => _seen.Add(read());

        public void AssertLastIndexIsTheEnd()
        {
            (long index, int content) = read();
            Assert.True(_seen.Count > 1);
            Assert.All(_seen.Where(seen => seen.Index == index), seen => Assert.Equal(content, seen.Content));
        }
    }
}
