using Muster.Catalog;
using Muster.Cluster.Tests.Net;
using Muster.Model;

namespace Muster.Cluster.Tests;

public class UnknownOwnerTests
{
    [Fact]
    public void Owner_ThatNobodyKnows_IsLookedForAnewWhenItOwnedNothingForAWhile()
    {
        TestCluster cluster = TestCluster.Started(1);
        var ghost = new Catalog.Catalog(
            new CatalogOptions { NodeName = "ghost", NodeId = "77777777-7777-7777-7777-777777777777", NodeAddress = "10.0.0.77", Replicated = true },
            cluster.Time, new Random(7), NoChangeLog.Instance, new TestServer.InlineWakes());
        ghost.AnnounceSelf("1.0", 8300);
        Tell(cluster[0], ghost, "a");
        cluster.Run(8);
        Assert.Equal(ghost.Origin, cluster[0].Find("ghost", "a")!.Tenure.Owner);
        foreach (string id in (string[])["a", "consul"])
        {
            cluster[0].Deregister("ghost", id);
        }

        cluster.Run(8);
        Tell(cluster[0], ghost, "b");
        cluster.Run(8);
        Assert.Equal(ghost.Origin, cluster[0].Find("ghost", "b")!.Tenure.Owner);
        cluster.Run(5);
        Assert.Equal(cluster[0].Origin, cluster[0].Find("ghost", "b")!.Tenure.Owner);
    }

    private static void Tell(TestServer server, Catalog.Catalog ghost, string id)
    {
        var instances = new List<EntryStamp>();
        ghost.Register("ghost", new InstanceDefinition { Service = "web", Id = id, Address = "10.1.0.1", Port = 80 }, [], false, "test");
        for (int bucket = 0; bucket < ReplicaSet.Buckets; bucket++)
        {
            ghost.Replica.CopyBucket(bucket, instances);
        }

        var facts = new PackWriter();
        var fact = new PackWriter();
        foreach (EntryStamp stamp in instances)
        {
            fact.Clear();
            Assert.True(ghost.Replica.TryWriteFact(stamp.Key, fact));
            facts.Bytes(fact.Written);
        }

        server.Catalog.Replica.Merge(facts.Written, instances.Count, null);
    }
}
