using Muster.Catalog;
using Muster.Protocols.Rest;
using Muster.Protocols.Rest.Watch;

namespace Muster.Simulation.Cluster.Readers;

/// <summary>
/// What a server shows to clients that read: the real watch streams of its REST API and its answers to polls, without HTTP
/// around them. It begins anew with each life of the server.
/// </summary>
internal sealed class WatchHead(ClusterServer server)
{
    private readonly List<ReaderConnection> _open = [];
    private readonly Queue<WakeChain> _wakes = new();
    private ServiceAnswers? _answers;

    /// <summary>The streams of this life.</summary>
    public WatchStreams Streams { get; private set; } = null!;

    public void Begin()
    {
        _wakes.Clear();
        _answers = new ServiceAnswers(server.Catalog);
        Streams = new WatchStreams(server.Catalog, server.Time, new RestOptions(), runInline: true);
    }

    /// <summary>Takes a wake that concerns streams only. All others are the run's, and come when it says.</summary>
    public bool TryTake(WakeChain chain)
    {
        for (Watcher? watcher = PlantedSeams.HeadOf(chain); watcher is not null; watcher = watcher.Next)
        {
            if (watcher is not WatchedService)
            {
                return false;
            }
        }

        _wakes.Enqueue(chain);
        return true;
    }

    public void DeliverWakes()
    {
        while (_wakes.TryDequeue(out WakeChain? chain))
        {
            while (chain.WakeSome(64))
            {
            }
        }
    }

    public void Add(ReaderConnection connection) => _open.Add(connection);

    public void Remove(ReaderConnection connection) => _open.Remove(connection);

    /// <summary>The answer to a poll; null when the service is not known.</summary>
    public RestMemo? Answer(string service) =>
        server.Catalog.FindService(service) is { } snapshot ? _answers!.Whole(snapshot, endpointsOnly: true) : null;

    /// <summary>The process ends; with the power it ends without a word.</summary>
    public void End(bool silently)
    {
        foreach (ReaderConnection connection in _open.ToList())
        {
            connection.ServerEnded(silently);
        }

        _open.Clear();
        _wakes.Clear();
    }
}
