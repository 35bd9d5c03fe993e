using Muster.Cluster.Tests.Net;

namespace Muster.Cluster.Tests;

/// <summary>A join target may be a name, and what it stands for may change at any time.</summary>
public class NamedTargetTests
{
    private const string Name = "peers.example:8301";

    [Fact]
    public void Start_BeforeThePeersExist_JoinsThemWhenTheNameAnswers()
    {
        TestCluster cluster = Strangers(3);
        cluster.Network.Names[Name] = [];
        cluster[0].Node.Start();
        cluster.Run(8);
        Assert.Single(cluster[0].View.Members);
        Assert.Contains("peers.example:8301 (no such host)", cluster[0].View.SyncDetail, StringComparison.Ordinal);

        cluster.Network.Names[Name] = [cluster[0].Address];
        cluster.Run(8);
        Assert.Single(cluster[0].View.Members);

        // the others look for nobody: only the name leads to them
        StartLonely(cluster[1]);
        StartLonely(cluster[2]);
        cluster.Network.Names[Name] = [.. cluster.Servers.Select(server => server.Address)];
        cluster.RunUntil(() => cluster.Servers.All(server => server.View is { IsSynced: true, InSight: 3 }), 8);
        cluster.RunUntil(cluster.IsInStep, 3);
    }

    [Fact]
    public void Peer_ReplacedByOneElsewhere_IsFoundByTheNameWhileOthersAreLinked()
    {
        TestCluster cluster = Strangers(4);
        cluster.Network.Names[Name] = [cluster[0].Address, cluster[1].Address, cluster[2].Address];
        cluster[0].Node.Start();
        StartLonely(cluster[1]);
        StartLonely(cluster[2]);
        cluster.RunUntil(() => cluster[0].View is { IsSynced: true, InSight: 3 }, 8);
        cluster.Run(300);

        cluster[2].Kill();
        cluster.Run(10);
        StartLonely(cluster[3]);
        cluster.Network.Names[Name] = [cluster[0].Address, cluster[1].Address, cluster[3].Address];
        cluster.RunUntil(() => cluster[0].StatusOf(cluster[3]) == MemberStatus.Alive, 20);
        cluster.RunUntil(() => cluster[1].StatusOf(cluster[3]) == MemberStatus.Alive, 3);
    }

    [Fact]
    public void OnlyPeer_ReplacedByOneElsewhere_IsFoundByTheNameAtOnce()
    {
        TestCluster cluster = Strangers(3);
        cluster.Network.Names[Name] = [cluster[1].Address];
        cluster[0].Node.Start();
        StartLonely(cluster[1]);
        cluster.RunUntil(() => cluster[0].View is { IsSynced: true, InSight: 2 }, 8);
        cluster.Run(300);

        cluster[1].Kill();
        cluster.Run(60);
        Assert.True(cluster[0].View.IsAlone);
        StartLonely(cluster[2]);
        cluster.Network.Names[Name] = [cluster[2].Address];
        cluster.RunUntil(() => cluster[0].StatusOf(cluster[2]) == MemberStatus.Alive, 7);
    }

    [Fact]
    public void Name_ThatGainsAServerWhileAllAreWell_LeadsToItWithinAMinute()
    {
        TestCluster cluster = Strangers(3);
        cluster.Network.Names[Name] = [cluster[1].Address];
        cluster[0].Node.Start();
        StartLonely(cluster[1]);
        cluster.RunUntil(() => cluster[0].View is { IsSynced: true, InSight: 2 }, 8);
        cluster.Run(100);

        StartLonely(cluster[2]);
        cluster.Network.Names[Name] = [cluster[1].Address, cluster[2].Address];
        cluster.RunUntil(() => cluster[0].StatusOf(cluster[2]) == MemberStatus.Alive, 75);
    }

    private static void StartLonely(TestServer server)
    {
        server.Boot(options => options with { JoinTargets = [] });
        server.Node.Start();
    }

    /// <summary>Servers that know the name alone, none of them started.</summary>
    private static TestCluster Strangers(int servers) => new(servers, with: static options => options with { JoinTargets = [Name] });
}
