using System.Diagnostics;
using Muster.Cluster.Tests.Net;

namespace Muster.Cluster.Tests.Renewals;

/// <summary>What forwarding costs in bytes; the time is told and not judged here, the benchmark <c>cluster-renewals</c> does that.</summary>
public class RenewalCostTests
{
    private const int Count = 10_000;

    [Fact]
    public void TenThousandASecond_ToTwoOwners_AreSmallAndNoneIsDropped()
    {
        TestCluster cluster = TestCluster.Started(3, with: options => options with { RenewalInterval = options.FlushInterval });
        for (int i = 0; i < Count; i++)
        {
            cluster[1 + (i % 2)].Register($"s{i % 100}", $"i{i}", ttl: 30);
        }

        cluster.RunUntil(() => cluster.IsInStep(), 5);
        ClusterStatistics sent = cluster[0].View.Statistics;
        long renewals = sent.RenewalsForwarded, bytes = sent.RenewalBytesSent;
        long allocated = 0;
        var forwarding = new Stopwatch();
        var everything = new Stopwatch();
        const int Rounds = 10;
        for (int round = -20; round < Rounds; round++)
        {
            for (int i = 0; i < Count; i++)
            {
                cluster[0].Pass(i % 2 == 0 ? "n2" : "n3", $"i{i}");
            }

            cluster.Time.Advance(cluster[0].Node.Options.RenewalInterval);
            if (round == 0)
            {
                // the first rounds grow the buffers
                (renewals, bytes) = (sent.RenewalsForwarded, sent.RenewalBytesSent);
                forwarding.Reset();
                everything.Reset();
            }

            everything.Start();
            long before = GC.GetAllocatedBytesForCurrentThread();
            forwarding.Start();
            cluster[0].Node.Tick();
            forwarding.Stop();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            cluster.Time.Advance(cluster.Network.Delay);
            cluster.Network.Run();
            everything.Stop();
            cluster.Run(1);
        }

        renewals = sent.RenewalsForwarded - renewals;
        bytes = sent.RenewalBytesSent - bytes;
        TestContext.Current.SendDiagnosticMessage(
            $"{renewals / Rounds}/s: sender {forwarding.Elapsed.TotalMilliseconds / Rounds:0.00} ms/s, all servers {everything.Elapsed.TotalMilliseconds / Rounds:0.00} ms/s, "
            + $"{(double)bytes / renewals:0.0} bytes each, {bytes / Rounds / 2 / 1000} kB/s a peer, {allocated} B allocated in a tick (with the link's copies)");
        Assert.Equal(Count * Rounds, renewals);
        Assert.InRange((double)bytes / renewals, 9, 12);
        Assert.Equal(0, cluster[0].View.Statistics.RenewalsDropped);
    }
}
