using Muster.FailureTests.Cluster.Harness;
using Muster.FaultProxy;

namespace Muster.FailureTests.Cluster;

/// <summary>One id is registered through several servers (R13).</summary>
public sealed class SameIdTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const string Id = Service + "-1";

    [Fact]
    public async Task Id_RegisteredThroughSeveralServers_HasOneMeaningEverywhere()
    {
        await using ClusterUnderTest cluster = await StartClusterAsync();
        (ServerProcess first, ServerProcess second, ServerProcess third) = (cluster.Servers[0], cluster.Servers[1], cluster.Servers[2]);
        var table = TableOf("Cluster R13: one id, several servers", "what was done", "what s1, s2 and s3 have then");

        // an instance that comes back through another server moves: Consul's API, where an id belongs to an agent
        await RegisterWithConsulAsync(first, "10.0.0.1");
        await cluster.UntilEqualAsync(Seconds(5));
        await RegisterWithConsulAsync(second, "10.0.0.1");
        string[] moved = await HoldersAsync(cluster, "s2 10.0.0.1");
        table.Add("registered with s1's agent, then the same with s2's", Show(moved));

        // another address is another instance
        await RegisterWithConsulAsync(third, "10.0.0.2");
        string[] two = await HoldersAsync(cluster, "s2 10.0.0.1, s3 10.0.0.2");
        table.Add("the same id with another address at s3's agent", Show(two));

        await DeregisterWithConsulAsync(third);
        await DeregisterWithConsulAsync(second);
        await HoldersAsync(cluster, "");

        // at the same moment, and on both sides of a partition
        await Task.WhenAll(cluster.Servers.Select(server => RegisterWithConsulAsync(server, "10.0.0.1")));
        string[] atOnce = await OneHolderAsync(cluster);
        table.Add("registered with all three agents at the same moment", Show(atOnce));

        cluster.Network.Isolate(third.Name, Fault.Hold);
        await RegisterWithConsulAsync(first, "10.0.0.1");
        await RegisterWithConsulAsync(third, "10.0.0.1");
        cluster.Network.Heal();
        string[] healed = await OneHolderAsync(cluster);
        table.Add("registered on both sides of a partition, which heals", Show(healed));

        // the REST API's ids are unique in the cluster
        await first.RegisterAsync(new Instance("orders", 1) { Id = "orders-1" });
        await cluster.UntilEqualAsync(Seconds(5));
        bool taken = await second.RegisterAsync(new Instance("other", 1) { Id = "orders-1" });
        table.Add("REST: an id that another service holds on another server", taken ? "accepted" : "refused");
        table.Write();

        Assert.False(taken);
        AssertNoCrash(cluster);
    }

    private static string Show(string[] holders) => string.Join("; ", holders.Distinct());

    private static async Task RegisterWithConsulAsync(ServerProcess server, string address)
    {
        using var body = new StringContent($$"""{"ID":"{{Id}}","Name":"{{Service}}","Address":"{{address}}","Port":80}""");
        using HttpResponseMessage answer = await server.Http.PutAsync(new Uri("/v1/agent/service/register", UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task DeregisterWithConsulAsync(ServerProcess server)
    {
        using HttpResponseMessage answer = await server.Http.PutAsync(new Uri($"/v1/agent/service/deregister/{Id}", UriKind.Relative), content: null);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<string[]> OneHolderAsync(ClusterUnderTest cluster)
    {
        string[] holders = [];
        await Processes.Eventually.HoldsAsync(
            async () =>
            {
                holders = await Task.WhenAll(cluster.Servers.Select(HoldersAtAsync));
                return holders.Distinct().Count() == 1 && holders[0].Length > 0 && !holders[0].Contains(',', StringComparison.Ordinal);
            },
            Seconds(10), () => $"one holder everywhere; there are {string.Join("; ", holders)}");
        return holders;
    }

    private static async Task<string[]> HoldersAsync(ClusterUnderTest cluster, string expected)
    {
        string[] holders = [];
        await Processes.Eventually.HoldsAsync(
            async () => (holders = await Task.WhenAll(cluster.Servers.Select(HoldersAtAsync))).All(holder => holder == expected),
            Seconds(5), () => $"everywhere '{expected}'; there are {string.Join("; ", holders)}");
        return holders;
    }

    private static async Task<string> HoldersAtAsync(ServerProcess server)
    {
        using var list = System.Text.Json.JsonDocument.Parse(await server.GetAsync($"/v1/catalog/service/{Service}"));
        return string.Join(", ", list.RootElement.EnumerateArray()
            .Where(entry => entry.GetProperty("ServiceID").GetString() == Id)
            .Select(entry => $"{entry.GetProperty("Node").GetString()} {entry.GetProperty("ServiceAddress").GetString()}")
            .Order(StringComparer.Ordinal));
    }
}
