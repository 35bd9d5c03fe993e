namespace Muster.Catalog;

/// <summary>Who accepts mesh traffic for one service: the present snapshot, and who watches it. It goes with the last instance.</summary>
internal sealed class MeshEntry(ServiceSnapshot first)
{
    private volatile ServiceSnapshot _current = first;

    /// <summary>The present snapshot, never empty.</summary>
    internal ServiceSnapshot Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>Moves when one of the instances, its checks or its node change.</summary>
    internal WatchPoint Point { get; } = new(first.Index);
}
