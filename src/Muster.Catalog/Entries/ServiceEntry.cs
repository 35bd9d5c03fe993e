namespace Muster.Catalog;

/// <summary>The lasting identity of a service's name: its current snapshot (none while it has no instance), its watchers, its history.</summary>
internal sealed class ServiceEntry(string name, long index, int timelineEvents)
{
    private volatile ServiceSnapshot? _current;

    /// <summary>The name as written by who registered first; until then, by who asked first.</summary>
    internal string Name { get; set; } = name;

    /// <summary>The present snapshot, null while there is no instance.</summary>
    internal ServiceSnapshot? Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>Moves when an instance of the service, its checks or its node change.</summary>
    internal WatchPoint Point { get; } = new(index);

    /// <summary>What happened to the service, newest last.</summary>
    internal Timeline Timeline { get; } = new(timelineEvents);

    /// <summary>Who left the service since its index when it was made, when there was nobody.</summary>
    internal RemovalHistory Removals { get; } = new(index);

    /// <summary>True while the entry waits in the queue of names without instances.</summary>
    internal bool IsVacant { get; set; }
}
