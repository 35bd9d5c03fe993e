using System.Net;
using System.Text.Json;
using Muster.Cluster;
using Muster.FunctionalTests.Staleness;

namespace Muster.FunctionalTests.Clusters;

/// <summary>Whole servers that find each other over loopback.</summary>
public sealed class ClusterTests
{
    [Fact]
    public async Task Join_ThroughOneServer_MakesAFullMeshThatAllInterfacesShow()
    {
        await using Servers servers = await Servers.StartAsync(3);
        for (int i = 0; i < 3; i++)
        {
            RunningAgent agent = servers[i];
            await Servers.UntilAsync(() => agent.Agent.Cluster.View.Members.Count(static member => member.Peer is not null) == 2);
            using JsonDocument cluster = JsonDocument.Parse(await agent.GetAsync("/api/v1/cluster"));
            Assert.Equal(["n1", "n2", "n3"], NamesIn(cluster.RootElement.GetProperty("members"), "name"));
            Assert.Equal((true, true, true, false), (Flag(cluster, "enabled"), Flag(cluster, "synced"), Flag(cluster, "majority"), Flag(cluster, "alone")));
            using JsonDocument members = JsonDocument.Parse(await agent.GetAsync("/v1/agent/members"));
            Assert.Equal(["n1", "n2", "n3"], NamesIn(members.RootElement, "Name"));
            Assert.Equal(
                servers[0].Agent.PeerEndPoint!.Port,
                members.RootElement.EnumerateArray().First(member => member.GetProperty("Name").GetString() == "n1").GetProperty("Port").GetInt32());
            Assert.True(await Servers.ShowsMetricAsync(agent, "muster_cluster_members{status=\"alive\"}"));
            Assert.True(await Servers.ShowsMetricAsync(agent, "muster_cluster_peers_connected"));
            Assert.True(await Servers.ShowsMetricAsync(agent, $"muster_cluster_replication_equal{{peer=\"n{(i + 1) % 3 + 1}\"}}"));
            Assert.Contains("\"inSight\":3,\"known\":3", await agent.GetAsync("/health/ready"), StringComparison.Ordinal);
            using JsonDocument self = JsonDocument.Parse(await agent.GetAsync("/v1/agent/self"));
            Assert.Equal("3", self.RootElement.GetProperty("Stats").GetProperty("serf_lan").GetProperty("members").GetString());
            Assert.Equal($"n{i + 1}", self.RootElement.GetProperty("Member").GetProperty("Name").GetString());
            Assert.Equal(3, JsonDocument.Parse(await agent.GetAsync("/v1/status/peers")).RootElement.GetArrayLength());
        }

        // whoever is asked, the same server is called the leader
        string[] leaders = [await LeaderAsync(servers[0]), await LeaderAsync(servers[1]), await LeaderAsync(servers[2])];
        Assert.Single(leaders.Distinct());
    }

    [Fact]
    public async Task Register_OnOne_IsSeenOnAll()
    {
        await using Servers servers = await Servers.StartAsync(3);
        for (int i = 0; i < 3; i++)
        {
            await servers[i].RegisterAsync($$"""{ "name": "web", "id": "web-{{i}}", "port": {{80 + i}} }""");
        }

        for (int i = 0; i < 3; i++)
        {
            RunningAgent agent = servers[i];
            await Servers.UntilAsync(() => InstancesOf(agent, "web") == 3);
        }

        ClusterView view = servers[0].Agent.Cluster.View;
        await Servers.UntilAsync(() => (view = servers[0].Agent.Cluster.View).Members.All(static member => member.IsSelf || member.Peer is { DigestEqual: true }));
        Assert.Equal(view.RootDigest, servers[1].Agent.Catalog.Replica.RootDigest);
    }

    [Fact]
    public async Task Restart_WithoutBeingToldWhom_FindsTheOthersAgain()
    {
        using var place = new TemporaryDirectory();
        await using Servers servers = await Servers.StartAsync(2);
        string join = $"-retry-join={servers[0].Agent.PeerEndPoint}";
        RunningAgent third = await servers.AddAsync("n3", "-data-dir=" + place.Path, join);
        await third.RegisterAsync("""{ "name": "web", "port": 80 }""");
        await Servers.UntilAsync(() => File.Exists(Path.Combine(place.Path, "members.json")) && File.ReadAllText(Path.Combine(place.Path, "members.json")).Contains("\"n2\"", StringComparison.Ordinal));
        await servers.KillAsync(2);
        await servers[1].RegisterAsync("""{ "name": "late", "port": 80 }""");

        third = await servers.AddAsync("n3", "-data-dir=" + place.Path);
        await Servers.UntilAsync(() => Servers.InSight(third) == 3);
        Assert.Equal(1, InstancesOf(third, "late"));

        // what it acknowledged right before it was killed may reach the others only now
        await Servers.UntilAsync(() => InstancesOf(servers[0], "web") == 1);

        // who left on purpose stays away, unless told otherwise
        await third.Agent.LeaveClusterAsync();
        await servers.KillAsync(2);
        await Servers.UntilAsync(() => Servers.Seen(servers[0], "n3")?.Status == MemberStatus.Left);
        third = await servers.AddAsync("n3", "-data-dir=" + place.Path, "-rejoin");
        await Servers.UntilAsync(() => Servers.InSight(third) == 3);
        await third.Agent.LeaveClusterAsync();
        await servers.KillAsync(2);
        third = await servers.AddAsync("n3", "-data-dir=" + place.Path);
        Assert.Equal(1, Servers.InSight(third));
    }

    [Fact]
    public async Task Join_WithAnotherSecret_IsRefusedAndSaid()
    {
        await using Servers servers = await Servers.StartAsync(1);
        await using RunningAgent stranger = await RunningAgent.StartAsync(
            "-dev", "-node=stranger", "-serf-lan-port=0", "-encrypt=another secret altogether");
        using HttpResponseMessage answer = await stranger.PutAsync($"/v1/agent/join/{servers[0].Agent.PeerEndPoint}");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("the cluster's secret differs", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Single(servers[0].Agent.Cluster.View.Members);
        Assert.True(await Servers.ShowsMetricAsync(servers[0], "muster_cluster_refused_total{reason=\"wrongsecret\"}"));
    }

    [Fact]
    public async Task Join_OfARunningServer_LinksBoth()
    {
        await using Servers servers = await Servers.StartAsync(1);
        RunningAgent other = await servers.AddAsync("n2");
        using (HttpResponseMessage answer = await other.PutAsync($"/v1/agent/join/{servers[0].Agent.PeerEndPoint}"))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await Servers.UntilAsync(() => Servers.InSight(servers[0]) == 2 && Servers.InSight(other) == 2);
    }

    [Fact]
    public async Task ServerThatFailed_IsForcedOutAndForgotten_AndTheOtherSaysThatItIsAlone()
    {
        await using Servers servers = await Servers.StartAsync(2);
        await servers[1].RegisterAsync("""{ "name": "web", "id": "w", "port": 80, "check": { "ttl": "60s", "status": "passing" } }""");
        RunningAgent first = servers[0];
        await Servers.UntilAsync(() => InstancesOf(first, "web") == 1);
        await servers.KillAsync(1);
        await Servers.UntilAsync(() => Servers.Seen(first, "n2")?.Status == MemberStatus.Failed);

        Assert.True(first.Agent.Cluster.View.IsAlone);
        string health = await first.GetAsync("/health/ready");
        Assert.Contains("\"status\":\"ready\"", health, StringComparison.Ordinal);
        Assert.Contains("\"alone\":true", health, StringComparison.Ordinal);
        Assert.True(await Servers.ShowsMetricAsync(first, "muster_cluster_alone"));
        Assert.Contains("\"Name\":\"n2\"", await first.GetAsync("/v1/agent/members"), StringComparison.Ordinal);
        Assert.Contains("\"Status\":4", await first.GetAsync("/v1/agent/members"), StringComparison.Ordinal);
        Assert.Equal(1, InstancesOf(first, "web"));

        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(first, "/v1/agent/force-leave/n2"));
        await Servers.UntilAsync(() => Servers.Seen(first, "n2")?.Status == MemberStatus.Left);
        await Servers.UntilAsync(() => !first.Agent.Cluster.View.IsAlone);
        await Servers.UntilAsync(() => first.Agent.Cluster.View.Statistics.Adoptions == 1);
        Assert.Equal(1, InstancesOf(first, "web"));
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(first, "/v1/agent/force-leave/n2?prune"));
        await Servers.UntilAsync(() => Servers.Seen(first, "n2") is null);
        Assert.Equal(HttpStatusCode.InternalServerError, await StatusOfAsync(first, "/v1/agent/force-leave/n2"));
    }

    [Fact]
    public async Task Leave_HandsOverAndIsSeenAtOnce()
    {
        await using Servers servers = await Servers.StartAsync(3);
        await servers[2].RegisterAsync("""{ "name": "web", "id": "w", "port": 80, "check": { "ttl": "60s", "status": "passing" } }""");
        await servers[2].Agent.LeaveClusterAsync();
        await servers.KillAsync(2);
        await Servers.UntilAsync(() => Servers.Seen(servers[0], "n3")?.Status == MemberStatus.Left && Servers.Seen(servers[1], "n3")?.Status == MemberStatus.Left);
        await Servers.UntilAsync(() => servers[0].Agent.Cluster.View.Statistics.Adoptions + servers[1].Agent.Cluster.View.Statistics.Adoptions > 0);
        Assert.Equal(1, InstancesOf(servers[0], "web"));
        Assert.Equal(2, JsonDocument.Parse(await servers[0].GetAsync("/v1/status/peers")).RootElement.GetArrayLength());

        // the `consul` instance of who left is gone, those of the others are not
        await Servers.UntilAsync(() => InstancesOf(servers[0], "consul") == 2);
    }

    [Fact]
    public async Task Start_WhileTheOthersAreNotReached_IsSyncingAndAnswersNothingOfTheCatalog()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev", "-retry-join=127.0.0.1:1", "-serf-lan-port=0", "-encrypt=" + Servers.Secret);
        using HttpResponseMessage ready = await GetAsync(agent, "/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("\"status\":\"syncing\"", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        foreach (string path in (string[])["/v1/health/service/web", "/v1/catalog/services", "/v1/agent/services", "/v1/agent/checks", "/api/v1/services", "/api/v1/watch/web"])
        {
            using HttpResponseMessage answer = await GetAsync(agent, path);
            Assert.Equal((path, HttpStatusCode.ServiceUnavailable), (path, answer.StatusCode));
            Assert.Equal("1", answer.Headers.RetryAfter?.ToString());
        }

        const int ServerFailure = 2;
        using var dns = new DnsClient(agent.Agent.DnsEndPoints[0]);
        Assert.Equal(ServerFailure, await dns.CodeAsync("web.service.consul"));
        foreach (string path in (string[])["/v1/agent/self", "/v1/agent/members", "/v1/status/leader", "/api/v1/cluster", "/metrics", "/health/live"])
        {
            using HttpResponseMessage answer = await GetAsync(agent, path);
            Assert.Equal((path, HttpStatusCode.OK), (path, answer.StatusCode));
        }

        Assert.Equal("\"\"", await agent.GetAsync("/v1/status/leader"));
    }

    private static Task<HttpResponseMessage> GetAsync(RunningAgent agent, string path) =>
        agent.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    private static async Task<HttpStatusCode> StatusOfAsync(RunningAgent agent, string path)
    {
        using HttpResponseMessage answer = await agent.PutAsync(path);
        return answer.StatusCode;
    }

    private static async Task<string> LeaderAsync(RunningAgent agent)
    {
        using JsonDocument raft = JsonDocument.Parse(await agent.GetAsync("/v1/operator/raft/configuration"));
        Assert.NotEmpty(await agent.GetAsync("/v1/status/leader"));
        return raft.RootElement.GetProperty("Servers").EnumerateArray().Single(server => server.GetProperty("Leader").GetBoolean()).GetProperty("Node").GetString()!;
    }

    private static int InstancesOf(RunningAgent agent, string service) => agent.Agent.Catalog.FindService(service)?.Instances.Length ?? 0;

    private static IEnumerable<string> NamesIn(JsonElement members, string name) => members.EnumerateArray().Select(member => member.GetProperty(name).GetString()!);

    private static bool Flag(JsonDocument document, string name) => document.RootElement.GetProperty(name).GetBoolean();
}
