using Muster.Cluster.Tests.Net;
using Muster.Model;

namespace Muster.Cluster.Tests;

public class OwnershipTests
{
    private static uint OwnerOf(TestServer server, string node, string id) => server.Find(node, id)!.Tenure.Owner;

    [Fact]
    public void DeathOfAnOwner_ItsInstancesAreAdoptedByBothSurvivors()
    {
        TestCluster cluster = TestCluster.Started(3);
        RegisterMany(cluster[2], 400);
        cluster.Run(1);
        cluster[2].Kill();
        cluster.Run(9);
        Assert.Equal(400, cluster[0].Catalog.Replica.CountOwnedBy(cluster[2].Origin) - 1);
        cluster.Run(4);
        Assert.All(cluster.Servers.Take(2), server => Assert.Equal(0, server.Catalog.Replica.CountOwnedBy(cluster[2].Origin)));
        Assert.True(cluster.IsInStep());
        int first = (int)cluster[0].View.Statistics.Adoptions, second = (int)cluster[1].View.Statistics.Adoptions;
        Assert.Equal(401, first + second); // with the server's own
        Assert.InRange(first, 120, 280);

        // nobody renews them: the adopters expire them, and only after a fresh lease
        cluster.Run(10);
        Assert.All(Enumerable.Range(0, 400), i => Assert.Equal(HealthStatus.Passing, cluster[0].Find("n3", $"i{i}")!.Status));
        cluster.Run(25);
        Assert.All(Enumerable.Range(0, 400), i => Assert.Equal(HealthStatus.Critical, cluster[0].Find("n3", $"i{i}")!.Status));
        Assert.True(cluster.IsInStep());
    }

    [Fact]
    public void RenewedAtSurvivors_TheInstancesOfADeadServerStay()
    {
        TestCluster cluster = TestCluster.Started(3);
        RegisterMany(cluster[2], 50, ttl: 15);
        cluster.Run(1);
        cluster[2].Kill();
        for (int second = 0; second < 60; second += 5)
        {
            for (int i = 0; i < 50; i++)
            {
                cluster[i % 2].Pass("n3", $"i{i}");
            }

            cluster.Run(5);
            Assert.All(Enumerable.Range(0, 50), i => Assert.Equal(HealthStatus.Passing, cluster[0].Find("n3", $"i{i}")!.Status));
        }

        Assert.True(cluster.IsInStep());
    }

    [Fact]
    public void WithoutAMajority_NothingIsAdoptedAndNothingOfOthersExpires()
    {
        TestCluster cluster = TestCluster.Started(3);
        RegisterMany(cluster[0], 30, ttl: 10);
        RegisterMany(cluster[1], 30, ttl: 10);
        cluster.Run(1);
        cluster[0].Kill();
        cluster[1].Kill();
        cluster.Run(120);
        Assert.Equal(0, cluster[2].View.Statistics.Adoptions);
        Assert.All(Enumerable.Range(0, 30), i => Assert.Equal(HealthStatus.Passing, cluster[2].Find("n1", $"i{i}")!.Status));
        Assert.True(cluster[2].IsIsolated);
    }

    [Fact]
    public void WithoutAMajority_ForLongerThanTheTimeout_GoesOnAlone()
    {
        TestCluster cluster = TestCluster.Started(2, with: options => options with { IsolatedTimeout = TimeSpan.FromSeconds(60) });
        RegisterMany(cluster[0], 30, ttl: 10);
        cluster.Run(1);
        cluster[0].Kill();
        cluster.Run(60);
        Assert.Equal(0, cluster[1].View.Statistics.Adoptions);
        cluster.Run(30);
        Assert.Equal(31, cluster[1].View.Statistics.Adoptions);
        Assert.False(cluster[1].IsIsolated);
        Assert.All(Enumerable.Range(0, 30), i => Assert.Equal(HealthStatus.Critical, cluster[1].Find("n1", $"i{i}")!.Status));
    }

    [Fact]
    public void ExpectedServers_CountForTheMajority()
    {
        TestCluster cluster = TestCluster.Started(2, with: options => options with { ExpectedServers = 5 });
        Assert.False(cluster[0].View.HasMajority);
        Assert.True(cluster[0].IsIsolated);
    }

    [Fact]
    public void ReturningOwner_TakesBackWhatIsOnItsNode()
    {
        TestCluster cluster = TestCluster.Started(3);
        RegisterMany(cluster[2], 50, ttl: 60);
        cluster.Run(1);
        cluster[2].Kill();
        cluster.Run(15);
        Assert.NotEqual(cluster[2].Origin, OwnerOf(cluster[0], "n3", "i7"));
        cluster[2].Boot();
        cluster[2].Node.Start();
        cluster.Run(8);
        Assert.All(cluster.Servers, server => Assert.All(Enumerable.Range(0, 50), i => Assert.Equal(cluster[2].Origin, OwnerOf(server, "n3", $"i{i}"))));
        Assert.True(cluster.IsInStep());
        Assert.Equal(HealthStatus.Passing, cluster[0].Find("n3", "i7")!.Status);
    }

    [Fact]
    public void PartitionedOwner_IsReplacedByTheMajorityAndTakesBackAfterIt()
    {
        TestCluster cluster = TestCluster.Started(3);
        RegisterMany(cluster[2], 20, ttl: 60);
        cluster.Run(1);
        cluster.Network.Partition([cluster[0], cluster[1]], [cluster[2]]);
        cluster.Run(20);
        Assert.NotEqual(cluster[2].Origin, OwnerOf(cluster[0], "n3", "i7"));
        Assert.Equal(cluster[2].Origin, OwnerOf(cluster[2], "n3", "i7"));
        cluster.Network.Heal();
        cluster.Run(10);
        Assert.All(cluster.Servers, server => Assert.Equal(cluster[2].Origin, OwnerOf(server, "n3", "i7")));
        Assert.True(cluster.IsInStep());
    }

    [Fact]
    public void Renewal_AtAnotherServer_KeepsTheLeaseAtTheOwner()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster[0].Register("web", "renewed", ttl: 10);
        cluster[0].Register("web", "silent", ttl: 10);
        for (int second = 0; second < 40; second += 4)
        {
            cluster[1 + (second / 4 % 2)].Pass("n1", "renewed");
            cluster.Run(4);
        }

        Assert.All(cluster.Servers, server => Assert.Equal(HealthStatus.Passing, server.Find("n1", "renewed")!.Status));
        Assert.All(cluster.Servers, server => Assert.Equal(HealthStatus.Critical, server.Find("n1", "silent")!.Status));
        Assert.Equal(cluster[0].Origin, OwnerOf(cluster[1], "n1", "renewed"));
    }

    [Fact]
    public void Crash_OfAnInstanceThatRenewsElsewhere_IsSeenWithinItsTtlAndALittle()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster[0].Register("web", "x", ttl: 10);
        for (int second = 0; second < 21; second += 3)
        {
            cluster[1].Pass("n1", "x");
            cluster.Run(3);
        }

        TimeSpan took = TimeSpan.FromSeconds(3) + cluster.RunUntil(() => cluster.Servers.All(server => server.Find("n1", "x")!.Status == HealthStatus.Critical), 10);
        Assert.InRange(took, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11.2));
    }

    [Fact]
    public void Crash_OfAnInstanceHeardByAServerThatThenStoodStill_IsSeenWithinItsTtlAndALittle()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster[0].Register("web", "x", ttl: 10);
        cluster.Run(2);
        cluster[1].Pass("n1", "x");
        cluster[1].Pause();
        cluster.Run(4);
        cluster[1].Resume();
        TimeSpan took = TimeSpan.FromSeconds(4) + cluster.RunUntil(() => cluster.Servers.All(server => server.Find("n1", "x")!.Status == HealthStatus.Critical), 10);
        Assert.InRange(took, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11.2));
    }

    [Fact]
    public void ServerThatStoodStill_ComesBackInAMinority_TakesOverNothingThoughItSawAMajorityBefore()
    {
        TestCluster cluster = TestCluster.Started(4);
        TestServer lost = cluster[2], still = cluster[1];
        for (int i = 0; i < 20; i++)
        {
            lost.Register("web", $"{i}", ttl: 300);
        }

        cluster.Run(2);
        lost.Pause();
        cluster.Run(20);
        still.Pause();
        lost.Resume();
        cluster.Run(20);
        cluster.Network.Partition([cluster[0], still], [lost, cluster[3]]);
        cluster.Run(8);
        still.Resume();
        cluster.Run(25);
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(lost.Origin, cluster[0].Find("n3", $"{i}")!.Tenure.Owner));
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(lost.Origin, still.Find("n3", $"{i}")!.Tenure.Owner));
    }

    [Fact]
    public void LostServer_ThatOwnedOnlyChecksOfNodes_IsReplacedToo()
    {
        TestCluster cluster = TestCluster.Started(3);
        for (int i = 0; i < 8; i++)
        {
            cluster[0].Catalog.RegisterNode(new NodeDefinition { Name = $"far-{i}", Address = "10.0.0.1", Datacenter = "dc1" });
            cluster[0].Catalog.RegisterCheck($"far-{i}", null, new CheckDefinition { Id = "beat", Name = "beat", Kind = CheckKind.Ttl, Ttl = TimeSpan.FromSeconds(10) }, HealthStatus.Passing, "");
        }

        cluster.Run(1);
        cluster[0].Kill();

        // one of the others took over the only instance before the other one looked
        int bucket = 0;
        cluster[1].Catalog.Replica.Adopt(new Dictionary<uint, string> { [cluster[0].Origin] = "test" }, key => IsInstance(cluster[1], key), 10, ref bucket);
        cluster.Run(45);
        Assert.All(Enumerable.Range(0, 8), i => Assert.Equal(HealthStatus.Critical, cluster[1].Catalog.FindNode($"far-{i}")!.Status));
        Assert.True(TestCluster.IsInStep(cluster[1], cluster[2]));
    }

    private static bool IsInstance(TestServer server, ulong key)
    {
        var fact = new PackWriter();
        return server.Catalog.Replica.TryWriteFact(key, fact) && fact.Written[0] == 1; // the kind of fact
    }

    private static void RegisterMany(TestServer server, int count, double ttl = 30)
    {
        for (int i = 0; i < count; i++)
        {
            server.Register("web", $"i{i}", ttl);
        }
    }
}
