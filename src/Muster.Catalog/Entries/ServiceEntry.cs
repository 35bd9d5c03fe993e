namespace Muster.Catalog;

/// <summary>The lasting identity of a service's name: its current snapshot (none while it has no instance), its watchers, its history.</summary>
internal sealed class ServiceEntry(string name, long index, int timelineEvents)
{
    private volatile ServiceSnapshot? _current;
    private RemovalHistory? _removals;
    private long _nobodyLeftSince = index;

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

    /// <summary>Who left the service; null as long as nobody did, which is how most services are.</summary>
    internal RemovalHistory? Removals => Volatile.Read(ref _removals);

    /// <summary>Everybody who left at a higher index is in <see cref="Removals"/>. Nobody was there when the entry was made.</summary>
    internal long RemovalsSince => Removals?.CompleteSince ?? Volatile.Read(ref _nobodyLeftSince);

    /// <summary>True while the entry waits in the queue of names without instances.</summary>
    internal bool IsVacant { get; set; }

    /// <summary>The history to add to.</summary>
    internal RemovalHistory OpenRemovals()
    {
        if (_removals is null)
        {
            Volatile.Write(ref _removals, new RemovalHistory(_nobodyLeftSince));
        }

        return _removals;
    }

    /// <summary>Nothing is known of who left at <paramref name="since"/> or before.</summary>
    internal void BeginRemovals(long since)
    {
        Volatile.Write(ref _nobodyLeftSince, since);
        _removals?.Begin(since);
    }
}
