using Muster.Cluster.Tests.Net;
using Muster.Model;

namespace Muster.Cluster.Tests;

/// <summary>A server comes back with its journal, and is slow about it: what it does not hear before it is ready is its own fault.</summary>
public class RestartTests
{
    private const int Count = 12;
    private const double Lease = 4;

    [Theory]
    [InlineData(0.2)]
    [InlineData(2)]
    [InlineData(8)] // the others have taken over what is its
    public void Restart_ThatTakesLongerThanLeases_LosesNobodyWhoRenewsElsewhere(double down)
    {
        TestCluster cluster = ClusterOfLiving();
        var hearts = new Hearts(cluster);
        Run(cluster, hearts, 2);
        cluster[0].Kill();
        Run(cluster, hearts, down);
        Restart(cluster);
        Run(cluster, hearts, 3 * Lease);
        Assert.False(cluster[0].View.IsSynced);
        cluster.Network.Heal();
        Run(cluster, hearts, 3 * Lease);
        Assert.True(cluster[0].View.IsSynced);
        Assert.True(cluster.IsInStep());
        Assert.All(cluster.Servers, server => Assert.Equal(cluster[0].Origin, server.Find("n1", "lease-0")!.Tenure.Owner));
    }

    [Fact]
    public void Restart_AfterWhichAnInstanceIsSilent_LetsItExpireOneLeaseAfterItIsReady()
    {
        TestCluster cluster = ClusterOfLiving();
        cluster[0].Kill();
        cluster.Run(1);
        Restart(cluster);
        cluster.Run(Lease / 2);
        cluster.Network.Heal();
        cluster.RunUntil(() => cluster[0].View.IsSynced, 5);
        TimeSpan took = cluster.RunUntil(() => cluster.Servers.All(server => !server.Has("n1", "lease-0") && server.Find("n1", "ttl-0")!.Status == HealthStatus.Critical), 2 * Lease);
        Assert.InRange(took.TotalSeconds, Lease - 0.1, Lease + 1.2);
    }

    private static TestCluster ClusterOfLiving()
    {
        TestCluster cluster = TestCluster.Started(3, with: options => options with { OwnerTimeout = TimeSpan.FromSeconds(6) });
        for (int i = 0; i < Count; i++)
        {
            cluster[0].RegisterLeased("web", $"lease-{i}", Lease);
            cluster[0].Register("web", $"ttl-{i}", Lease);
        }

        cluster.RunUntil(() => cluster.IsInStep(), 3);
        return cluster;
    }

    /// <summary>The first server starts with its journal; whoever it is to join cannot be reached yet.</summary>
    private static void Restart(TestCluster cluster)
    {
        cluster.Network.Partition([cluster[0]], [cluster[1], cluster[2]]);
        cluster[0].Restart(options => options with { JoinTargets = [cluster[1].Address, cluster[2].Address] });
        cluster[0].Node.Start();
    }

    /// <summary>Lets time pass while everybody renews; at no moment does a server that answers miss anybody.</summary>
    private static void Run(TestCluster cluster, Hearts hearts, double seconds)
    {
        for (double done = 0; done < seconds; done += 0.01)
        {
            hearts.Beat();
            cluster.Step(TimeSpan.FromMilliseconds(10));
            foreach (TestServer server in cluster.Servers.Where(server => server.IsUp && server.View.IsSynced))
            {
                int living = server.Catalog.FindService("web")!.Instances.ToArray().Count(instance => instance.Status == HealthStatus.Passing);
                Assert.True(living == 2 * Count, $"{server.Name} has {living} of {2 * Count} at {cluster.Time.Now.TotalSeconds} s");
            }
        }
    }

    /// <summary>Renews what is at home on the first server once a second: one half at each of the other two.</summary>
    private sealed class Hearts(TestCluster cluster)
    {
        private TimeSpan _next = cluster.Time.Now;

        public void Beat()
        {
            if (cluster.Time.Now < _next)
            {
                return;
            }

            _next += TimeSpan.FromSeconds(1);
            for (int i = 0; i < Count; i++)
            {
                TestServer server = cluster[1 + (i % 2)];
                server.Pass("n1", $"ttl-{i}");
                Assert.True(server.Renew("n1", $"lease-{i}"), $"{server.Name} does not know lease-{i} at {cluster.Time.Now.TotalSeconds} s");
            }
        }
    }
}
