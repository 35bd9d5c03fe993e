using System.Collections.Concurrent;
using Muster.Model;

namespace Muster.Catalog;

/// <summary>The lasting identity of a node: its current state, what is registered on it, and who watches it.</summary>
internal sealed class NodeEntry(string name, long index)
{
    private volatile Node? _current;

    /// <summary>The name in one case, the lower: the first half of the order of instances.</summary>
    internal string SortName { get; } = NameCase.Fold(name);

    /// <summary>The node's present state; null only while it is being made.</summary>
    internal Node Current
    {
        get => _current!;
        set => _current = value;
    }

    /// <summary>The instances on this node by id.</summary>
    internal InstanceTable Instances { get; } = new();

    /// <summary>Checks that have an id of their own: to the id of their instance, or null for the node's own.</summary>
    internal ConcurrentDictionary<string, byte[]?> NamedChecks { get; } = new(concurrencyLevel: 1, capacity: 7);

    /// <summary>True once two servers gave one check id away at the same time.</summary>
    internal bool SharesCheckIds { get; set; }

    /// <summary>The tick from which on the services of this node may show a new text of its checks.</summary>
    internal long NextOutput { get; set; }

    /// <summary>True while such a text waits for that tick.</summary>
    internal bool OutputWaits { get; set; }

    /// <summary>Its number in <see cref="IdPlaces"/>, while it has any id there.</summary>
    internal int PlaceNumber { get; set; }

    /// <summary>How many ids it has there.</summary>
    internal int PlacesTaken { get; set; }

    /// <summary>Moves when anything on this node changes.</summary>
    internal WatchPoint Point { get; } = new(index);
}
