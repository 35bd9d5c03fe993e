using System.Collections.Immutable;

namespace Muster.Client;

/// <summary>The instances of a service as they were known at one moment. Immutable; a change makes a new one.</summary>
public sealed class ServiceView
{
    private CancellationTokenSource? _superseded;
    private TaskCompletionSource? _newer;
    private int _isSuperseded;

    /// <summary>Makes a view.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="instances">All instances, ordered by node and id (ordinal).</param>
    /// <param name="revision">The view's number, see <see cref="Revision"/>.</param>
    /// <param name="source">Where the list came from.</param>
    public ServiceView(string service, ImmutableArray<ServiceInstance> instances, long revision, ViewSource source)
    {
        Service = service;
        Instances = instances;
        Revision = revision;
        Source = source;
    }

    /// <summary>The service's name.</summary>
    public string Service { get; }

    /// <summary>All instances, also unhealthy and draining ones, ordered by node and id (ordinal).</summary>
    public ImmutableArray<ServiceInstance> Instances { get; }

    /// <summary>Grows by one with each new view of this service in this process; 0 before the first answer.</summary>
    public long Revision { get; }

    /// <summary>Where the list came from.</summary>
    public ViewSource Source { get; }

    /// <summary>True once the registry, or a snapshot on disk, has told about the service, even if it has no instance.</summary>
    public bool IsKnown => Source != ViewSource.None;

    /// <summary>
    /// Fires when a newer view of the service exists; callbacks run on the thread pool. Views whose token nobody asks for
    /// cost nothing.
    /// </summary>
    public CancellationToken Superseded
    {
        get
        {
            CancellationTokenSource? source = Volatile.Read(ref _superseded);
            if (source is null)
            {
                // never disposed: it has no timer, and dies with the view
                var made = new CancellationTokenSource();
                source = Interlocked.CompareExchange(ref _superseded, made, null) ?? made;
                if (Volatile.Read(ref _isSuperseded) != 0)
                {
                    source.Cancel();
                }
            }

            return source.Token;
        }
    }

    /// <summary>Completes when a newer view of the service exists.</summary>
    internal Task WhenSuperseded
    {
        get
        {
            TaskCompletionSource? source = Volatile.Read(ref _newer);
            if (source is null)
            {
                var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                source = Interlocked.CompareExchange(ref _newer, made, null) ?? made;
                if (Volatile.Read(ref _isSuperseded) != 0)
                {
                    source.TrySetResult();
                }
            }

            return source.Task;
        }
    }

    /// <summary>The view before anything is known.</summary>
    public static ServiceView Unknown(string service) => new(service, [], 0, ViewSource.None);

    /// <inheritdoc />
    public override string ToString() => $"{Service} #{Revision}: {Instances.Length} instances ({Source})";

    /// <summary>Tells that a newer view exists.</summary>
    internal void Supersede()
    {
        // A full fence on both sides: either this sees the source, or the one who makes it sees the mark.
        Interlocked.Exchange(ref _isSuperseded, 1);
        Volatile.Read(ref _newer)?.TrySetResult();
        if (Volatile.Read(ref _superseded) is { } source)
        {
            _ = source.CancelAsync();
        }
    }
}
