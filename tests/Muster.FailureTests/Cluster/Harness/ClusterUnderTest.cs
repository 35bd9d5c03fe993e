using System.Diagnostics;
using System.Text.Json;
using Muster.FailureTests.Processes;
using Muster.FaultProxy;

namespace Muster.FailureTests.Cluster.Harness;

/// <summary>Some servers, and the network between them that can be broken.</summary>
internal sealed class ClusterUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan s_start = TimeSpan.FromSeconds(60);

    private ClusterUnderTest(ClusterSettings settings)
    {
        Servers = [.. Enumerable.Range(1, settings.Servers).Select(number => new ServerProcess(number, settings))];
        foreach (ServerProcess server in Servers)
        {
            Network.Add(server.Name, server.PeerAddress, server.ReachedAt);
        }
    }

    public IReadOnlyList<ServerProcess> Servers { get; }

    public FaultNetwork Network { get; } = new();

    /// <summary>
    /// How long it took until the first start of all was over, with nothing to recover: how fast this machine is now, next to whatever else
    /// it does.
    /// </summary>
    public TimeSpan FirstStart { get; private set; }

    /// <summary>Servers that are not started yet.</summary>
    public static ClusterUnderTest Prepare(ClusterSettings settings) => new(settings);

    /// <summary>Starts the servers; returns when each is ready and sees the others.</summary>
    public static async Task<ClusterUnderTest> StartAsync(ClusterSettings? settings = null)
    {
        ClusterUnderTest cluster = Prepare(settings ?? new ClusterSettings());
        long began = Stopwatch.GetTimestamp();
        try
        {
            foreach (ServerProcess server in cluster.Servers)
            {
                await cluster.LaunchAsync(server);
            }

            await Task.WhenAll(cluster.Servers.Select(server => server.ReadyAsync(s_start)));
            cluster.FirstStart = Stopwatch.GetElapsedTime(began);
            await cluster.UntilMeshedAsync(s_start);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The others.</summary>
    public IEnumerable<ServerProcess> ButFor(ServerProcess server) => Servers.Where(other => other != server);

    /// <summary>Starts a server, which may have been there before, and does not wait.</summary>
    public async Task LaunchAsync(ServerProcess server)
    {
        await server.LaunchAsync(ButFor(server).Select(other => other.ReachedAt));
        Network.SetProcess(server.Name, server.ProcessId);
    }

    /// <summary>Starts a server anew; returns how long it took to be ready.</summary>
    public async Task<TimeSpan> StartAgainAsync(ServerProcess server)
    {
        long began = Stopwatch.GetTimestamp();
        await LaunchAsync(server);
        await server.ReadyAsync(TimeSpan.FromSeconds(60));
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>What a server says about the cluster.</summary>
    public static async Task<ClusterStatus> StatusAsync(ServerProcess server) =>
        JsonSerializer.Deserialize<ClusterStatus>(await server.GetAsync("/api/v1/cluster"), JsonSerializerOptions.Web)!;

    /// <summary>Returns when every server is connected with every other one.</summary>
    public Task UntilMeshedAsync(TimeSpan within) => Eventually.HoldsAsync(
        async () => (await Task.WhenAll(Servers.Select(StatusAsync))).All(status => status.Members.Count(member => member.Connected) == Servers.Count - 1),
        within, () => string.Join('\n', Servers.Select(server => $"{server.Name} said {server.Said}")));

    /// <summary>Returns how long it took until all these servers had the same digest.</summary>
    public static async Task<TimeSpan> UntilEqualAsync(IReadOnlyCollection<ServerProcess> servers, TimeSpan within)
    {
        long began = Stopwatch.GetTimestamp();
        ClusterStatus[] last = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                last = await Task.WhenAll(servers.Select(StatusAsync));
                return last.Select(status => (status.Digest, status.Entries)).Distinct().Count() == 1;
            },
            within, () => "equal digests: " + string.Join(", ", servers.Zip(last, (server, status) => $"{server.Name} {status.Digest} of {status.Entries}")));
        return Stopwatch.GetElapsedTime(began);
    }

    public Task<TimeSpan> UntilEqualAsync(TimeSpan within) => UntilEqualAsync(Servers, within);

    /// <summary>All instances as one server has them: <c>service address:port health</c> by id. The servers' own are left out.</summary>
    public static async Task<Dictionary<string, string>> ListAsync(ServerProcess server)
    {
        using JsonDocument services = JsonDocument.Parse(await server.GetAsync("/api/v1/services"));
        string[] names = [.. services.RootElement.GetProperty("services").EnumerateArray().Select(service => service.GetProperty("name").GetString()!).Where(name => name != "consul")];
        var found = new Dictionary<string, string>();
        foreach (string name in names)
        {
            using JsonDocument list = JsonDocument.Parse(await server.GetAsync($"/api/v1/instances?service={name}&detail=endpoint"));
            foreach (JsonElement instance in list.RootElement.GetProperty("services")[0].GetProperty("instances").EnumerateArray())
            {
                found[instance.GetProperty("id").GetString()!] =
                    $"{name} {instance.GetProperty("address").GetString()}:{instance.GetProperty("port").GetInt32()} {instance.GetProperty("health").GetString()}";
            }
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServerProcess server in Servers)
        {
            await server.DisposeAsync();
        }

        await Network.DisposeAsync();
    }
}
