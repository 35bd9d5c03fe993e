using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Client;
using Muster.Client.Balancing;
using Muster.Client.Directory;
using Muster.Client.Streaming;

namespace Muster.Simulation.Cluster.Readers;

/// <summary>
/// An application that looks services up: the real client library, from its reconnects to its views, over simulated
/// connections. What it answers is judged whenever it may have changed.
/// </summary>
internal sealed class SimulatedReader : IDisposable
{
    private static readonly ClientMetrics s_metrics = new(null);
    private readonly IWorld _world;
    private readonly ManualTime _time = new(frequency: 5_000_011);
    private readonly CancellationTokenSource _stop = new();
    private readonly ServiceDirectory _directory = new();
    private readonly List<ServiceHandle> _handles = [];
    private readonly RegistryHttp _http;
    private readonly RegistryFollower _follower;
    private Task _following = Task.CompletedTask;

    public SimulatedReader(IWorld world, int number, Random random, IReadOnlyList<string> services, ClusterBug bug)
    {
        _world = world;
        Name = $"r{number}";
        Site = random.Next(world.Servers.Count);
        Book = new ToldBook(world, Name);
        var options = new MusterClientOptions { HttpHandler = () => new ReaderHandler(world, this) };
        foreach (ClusterServer server in world.Servers)
        {
            options.Addresses.Add(new Uri($"http://{server.Name}/"));
        }

        var lookup = new LookupSettings(_time, options.FirstLookupTimeout, options.Watch.StaleAfter, s_metrics);
        foreach (string service in services)
        {
            var handle = new ServiceHandle(service, new Balancer(new BalancerSettings { Random = random }), lookup);
            var entry = new WrongDirectoryEntry(bug, service, options.Evidence, options.Watch.MaxInstances);
            _directory.Add(new FollowedService(handle, entry, onDisk: null, keeper: null, s_metrics, NullLogger.Instance));
            _handles.Add(handle);
        }

        _http = new RegistryHttp(options);
        _follower = new RegistryFollower(
            new FollowContext(_http, _directory, options.Watch, lookup, random, s_metrics, NullLogger.Instance), new ServerList(options.Addresses, random));
    }

    public string Name { get; }

    /// <summary>Near which server it runs: partitions take it along.</summary>
    public int Site { get; }

    /// <summary>What it was told.</summary>
    public ToldBook Book { get; }

    public void Start() => Do(() => _following = _follower.RunAsync(_stop.Token));

    /// <summary>Lets the client do something, at its present time, and looks at what it answers.</summary>
    public void Do(Action what)
    {
        CatchUp();
        what();
        Look();
    }

    /// <summary>Lets what is due happen.</summary>
    public void Tick()
    {
        CatchUp();
        Look();
    }

    /// <summary>Null when it shows what a server shows.</summary>
    public string? DifferenceTo(ClusterServer server)
    {
        foreach (ServiceHandle handle in _handles)
        {
            string here = string.Join(' ', handle.View.Instances.Select(each => Text(each.Node, each.Id, each.Port, each.Tags, each.Health.ToString())).Order(StringComparer.Ordinal));
            string there = string.Join(' ', Shown(server, handle.Name).Order(StringComparer.Ordinal));
            if (here != there)
            {
                return $"reader {Name} shows of {handle.Name}: {here}; {server.Name} has: {there}; it is {handle.Freshness}";
            }
        }

        return null;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _http.Dispose();
        _directory.Dispose();
        _handles.ForEach(handle => handle.Balancer.Dispose());
        _stop.Dispose();
    }

    private static List<string> Shown(ClusterServer server, string service)
    {
        var shown = new List<string>();
        foreach (Catalog.Instance instance in server.Catalog.FindService(service) is { } snapshot ? snapshot.Instances : default)
        {
            var tags = new List<string>();
            foreach (ReadOnlySpan<byte> tag in instance.Data.Tags)
            {
                tags.Add(Encoding.UTF8.GetString(tag));
            }

            shown.Add(Text(instance.Node.Name, instance.Data.IdText, instance.Data.Port, tags, instance.Status.ToString()));
        }

        return shown;
    }

    private static string Text(string node, string id, int port, IEnumerable<string> tags, string health) =>
        $"{node}/{id}:{port}:{string.Join(',', tags)}:{health}".ToLowerInvariant();

    private void CatchUp()
    {
        TimeSpan behind = _world.Agenda.Now - _time.Now;
        if (behind > TimeSpan.Zero)
        {
            _time.Advance(behind);
        }
    }

    private void Look()
    {
        SimulationFailure.Unless(!_following.IsCompleted, $"S8: reader {Name} follows no more: {_following.Exception}");
        Book.Judge(_handles);
    }
}
