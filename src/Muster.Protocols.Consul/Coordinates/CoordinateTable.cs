using System.Collections.Concurrent;
using Muster.Catalog;

namespace Muster.Protocols.Consul.Coordinates;

/// <summary>
/// The coordinates that agents reported, in memory only: they are measured anew all the time. One for each node that
/// exists; this server measures nothing itself and says so with zeros.
/// </summary>
internal sealed class CoordinateTable(LiveCatalog catalog)
{
    private readonly ConcurrentDictionary<string, Coordinate> _reported = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>True while nobody has reported one.</summary>
    public bool IsEmpty => _reported.IsEmpty;

    /// <summary>A node's coordinate; null when nobody knows one.</summary>
    public Coordinate? Find(Node node) =>
        _reported.TryGetValue(node.Name, out Coordinate? reported) ? reported
        : node.Name == catalog.Options.NodeName ? Coordinate.Unmeasured
        : null;

    /// <summary>Keeps a report. One about a node that does not exist is dropped without a word, as in Consul.</summary>
    public void Report(string node, Coordinate coordinate)
    {
        if (catalog.FindNode(node) is null)
        {
            return;
        }

        _reported[node] = coordinate;
        if (_reported.Count > catalog.Nodes.Count)
        {
            foreach (string name in _reported.Keys)
            {
                if (catalog.FindNode(name) is null)
                {
                    _reported.TryRemove(name, out _);
                }
            }
        }
    }
}
