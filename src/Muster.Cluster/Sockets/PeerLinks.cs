using Microsoft.Extensions.Logging;

namespace Muster.Cluster.Sockets;

/// <summary>The links that are served, and all else that runs until the transport ends.</summary>
internal sealed class PeerLinks(ClusterLoop loop, PeerCounters counters, PeerSocketOptions options, ILogger logger, CancellationToken stopping)
{
    private readonly Lock _gate = new();
    private readonly HashSet<PeerLink> _links = [];
    private readonly HashSet<Task> _tasks = [];

    /// <summary>Serves a connection whose peer has proved itself, until it ends.</summary>
    public async Task ServeAsync(Stream stream, PeerHello hello, bool dialed)
    {
        using var link = new PeerLink(stream, hello, loop, counters, options, logger);
        lock (_gate)
        {
            _links.Add(link);
            if (stopping.IsCancellationRequested)
            {
                link.Close("this server stops");
            }
        }

        await link.RunAsync(dialed).ConfigureAwait(false);
        lock (_gate)
        {
            _links.Remove(link);
        }
    }

    /// <summary>Has <see cref="EndAsync"/> wait for a task.</summary>
    public void Keep(Task task)
    {
        lock (_gate)
        {
            _tasks.Add(task);
        }

        _ = task.ContinueWith(
            done =>
            {
                lock (_gate)
                {
                    _tasks.Remove(done);
                }
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Ends the links after what waits on them was written, and waits for all that. After stopping has begun.</summary>
    public async Task EndAsync()
    {
        Task[] tasks;
        lock (_gate)
        {
            foreach (PeerLink link in _links)
            {
                link.Close("this server stops");
            }

            tasks = [.. _tasks];
        }

        await Task.WhenAll(tasks).ConfigureAwait(false);
    }
}
