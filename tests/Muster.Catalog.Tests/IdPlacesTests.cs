using System.Diagnostics;
using Muster.Model;

namespace Muster.Catalog.Tests;

public class IdPlacesTests
{
    private const int Nodes = 2_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AnyHistory_FindsEveryNodeThatHasAnId_AndStaysSmall(int seed)
    {
        var random = new Random(seed);
        var places = new IdPlaces();
        NodeEntry[] nodes = [.. Enumerable.Range(0, 40).Select(i => new NodeEntry($"n{i}", 1))];
        var there = new List<(int Hash, NodeEntry Node)>();
        for (int step = 0; step < 15_000; step++)
        {
            bool grows = step % 5_000 < 3_000;
            if (there.Count == 0 || random.Next(10) < (grows ? 8 : 2))
            {
                // some hashes meet often, at both ends of the table too
                int hash = random.Next(4) switch { 0 => random.Next(50), 1 => -1 - random.Next(5), _ => random.Next(int.MinValue, int.MaxValue) };
                there.Add((hash, nodes[random.Next(nodes.Length)]));
                places.Add(there[^1].Hash, there[^1].Node);
            }
            else
            {
                int at = random.Next(there.Count);
                places.Remove(there[at].Hash, there[at].Node);
                there[at] = there[^1];
                there.RemoveAt(there.Count - 1);
            }

            Assert.InRange(places.Slots, 16, Math.Max(32, (there.Count * 6) + 6));
            int asked = there.Count > 0 && step % 2 == 0 ? there[random.Next(there.Count)].Hash : random.Next(60);
            if (step % 37 == 0)
            {
                Assert.Equal(
                    there.Where(place => place.Hash == asked).Select(place => place.Node.SortName).Order(StringComparer.Ordinal),
                    Found(places, asked).Select(node => node.SortName).Order(StringComparer.Ordinal));
            }
        }
    }

    [Fact]
    public void ManyIds_TakeAtMostSixteenBytesEach()
    {
        var places = new IdPlaces();
        var node = new NodeEntry("n", 1);
        for (int count = 1; count <= 100_000; count++)
        {
            places.Add(IdPlaces.HashOf($"i{count}"), node);
            Assert.True(count < 100 || places.Slots * 8 <= count * 16);
        }
    }

    [Fact]
    public void Heartbeat_OfAnInstanceOfAnotherServer_IsFoundWithoutVisitingAllNodes()
    {
        Catalog scanning = WithManyNodes(replicated: false), indexed = WithManyNodes(replicated: true);
        Assert.True(indexed.TryPass("service:i1", ""));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(indexed.TryPass("service:i77", ""));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(Beat(indexed, 2000) * 10 < Beat(scanning, 50));
        Assert.True(Unknown(indexed, 2000) * 10 < Unknown(scanning, 50));
    }

    private static Catalog WithManyNodes(bool replicated)
    {
        var options = new CatalogOptions { NodeName = "self", NodeId = "11111111-1111-1111-1111-111111111111", NodeAddress = "10.9.0.1", Replicated = replicated };
        var catalog = new Catalog(options, new ManualTime(), new Random(1), NoChangeLog.Instance, new InlineWakes());
        catalog.AnnounceSelf("1.0", 8300);
        for (int i = 0; i < Nodes; i++)
        {
            catalog.RegisterNode(new NodeDefinition { Name = $"node-{i}", Address = "10.0.0.1", Datacenter = "dc1" });
            catalog.Register(
                $"node-{i}", new InstanceDefinition { Service = $"s{i % 500}", Id = $"i{i}", Port = 80 },
                [new CheckDefinition { Name = "ttl", Kind = CheckKind.Ttl, Ttl = TimeSpan.FromHours(1), InitialStatus = HealthStatus.Passing }], false, "test");
        }

        return catalog;
    }

    private static double Beat(Catalog catalog, int times) => Measure(times, i => Assert.True(catalog.TryPass($"service:i{i * 7919 % Nodes}", "")));

    private static double Unknown(Catalog catalog, int times) => Measure(times, i => Assert.Empty(catalog.FindInstances($"no-{i}")));

    /// <summary>The median, which does not count what else the machine does meanwhile.</summary>
    private static double Measure(int times, Action<int> act)
    {
        var took = new double[times];
        for (int i = 0; i < times; i++)
        {
            long began = Stopwatch.GetTimestamp();
            act(i);
            took[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }

        Array.Sort(took);
        return took[times / 2];
    }

    private static List<NodeEntry> Found(IdPlaces places, int hash)
    {
        var found = new List<NodeEntry>();
        foreach (NodeEntry node in places.Find(hash))
        {
            found.Add(node);
        }

        return found;
    }
}
