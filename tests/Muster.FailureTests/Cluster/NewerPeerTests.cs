using System.Net;
using Muster.FailureTests.Cluster.Harness;
using Muster.FailureTests.Cluster.Peers;
using Muster.FailureTests.Processes;
using Muster.FaultProxy;

namespace Muster.FailureTests.Cluster;

/// <summary>A server talks to one of a later version, as in every upgrade (R15).</summary>
public sealed class NewerPeerTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    public async Task Peer_OfALaterVersion_WhatItSaysMoreIsPassedOverAndNothingIsLost()
    {
        var settings = new ClusterSettings { Servers = 2 };
        await using ClusterUnderTest cluster = ClusterUnderTest.Prepare(settings);
        (ServerProcess older, ServerProcess newer) = (cluster.Servers[0], cluster.Servers[1]);
        cluster.Network.SetBoth(older.Name, newer.Name, Fault.Hold); // the only way is over the bridge
        IPAddress address = IPAddress.Parse("127.0.9.1");
        var bridgeAt = new IPEndPoint(address, Ports.Free(address));
        await using var bridge = new NewerVersionBridge(bridgeAt, newer.PeerAddress, settings.Secret);
        await newer.LaunchAsync([]);
        cluster.Network.SetProcess(newer.Name, newer.ProcessId);
        await newer.ReadyAsync(Seconds(40));
        await newer.RegisterManyAsync(Instances("before", 1, 200));
        await older.LaunchAsync([bridgeAt]);
        cluster.Network.SetProcess(older.Name, older.ProcessId);
        await older.ReadyAsync(Seconds(40));
        await cluster.UntilMeshedAsync(Seconds(10));

        var log = new WriteLog();
        await using (new WriteLoad(cluster.Servers, "mixed", 200, log, changes: 0.5))
        {
            await Task.Delay(Seconds(3, 20));
        }

        TimeSpan equal = await cluster.UntilEqualAsync(Seconds(15));
        Dictionary<string, string>[] lists = await Task.WhenAll(cluster.Servers.Select(ClusterUnderTest.ListAsync));
        WriteLog.Difference[] differences = [.. lists.Select(log.Compare)];
        ClusterStatus status = await ClusterUnderTest.StatusAsync(older);
        var table = TableOf("Cluster R15b: two servers that each take the other for a later version, with fields, facts and messages they do not know", "what", "figure");
        table.Add("messages with something unknown", $"{bridge.Messages}");
        table.Add("acknowledged writes lost, resurrected, older", $"{differences.Sum(difference => difference.Lost.Count)}, {differences.Sum(difference => difference.Resurrected.Count)}, {differences.Sum(difference => difference.Older.Count)} of {log.Acknowledged}");
        table.Add("digests equal after", Text($"{equal.TotalSeconds:F2} s"));
        table.Write();
        Assert.All(differences, difference => difference.AssertNone("a server"));
        Assert.Equal(lists[0].OrderBy(one => one.Key, StringComparer.Ordinal), lists[1].OrderBy(one => one.Key, StringComparer.Ordinal));
        Assert.Equal(200, lists[0].Keys.Count(id => id.StartsWith("before", StringComparison.Ordinal)));
        Assert.Contains(status.Members, member => member.Connected);
        AssertNoCrash(cluster);
    }
}
