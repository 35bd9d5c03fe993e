using Muster.Catalog;

namespace Muster.Protocols.Rest.Watch;

/// <summary>One service of one watch: what its reader knows, and the place where changes are waited for.</summary>
internal sealed class WatchedService(WatchStream stream, string name) : Watcher
{
    private WatchPoint? _point;

    public string Name => name;

    /// <summary>The list that the reader has, null for an empty one.</summary>
    public ServiceSnapshot? Known { get; private set; }

    /// <summary>The index that belongs to it.</summary>
    public long Index { get; private set; }

    /// <summary>The next of the services that changed.</summary>
    public WatchedService? NextChanged { get; set; }

    /// <summary>The reader has been told everything up to here.</summary>
    public void Advance(in ServiceView view)
    {
        Known = view.Snapshot;
        Index = view.Index;
    }

    /// <summary>Waits for what comes after <see cref="Index"/>. False when that has come already: read again.</summary>
    public bool TryWait(Catalog.Catalog catalog)
    {
        _point = catalog.ServicePoint(name);
        return _point.TryAdd(this, Index);
    }

    /// <summary>Ends waiting.</summary>
    public void Leave() => _point?.Remove(this);

    /// <inheritdoc />
    protected override void OnChanged() => stream.OnChanged(this);
}
