using Muster.Catalog;
using Muster.Protocols.Consul.Filtering;

namespace Muster.Protocols.Consul.Blocking;

/// <summary>
/// A read of one node, by name or id. Its index is the node's own; while there is no such node, that of the list of
/// nodes, so that a waiting reader sees it appear.
/// </summary>
internal abstract class NodeRead(LiveCatalog catalog, BlockingQueries blocking, FilterCache? filters) : QueryEndpoint(blocking, filters)
{
    protected override string? MissingArgument => "Missing node name";

    public override long IndexOf(ReadOnlySpan<char> argument) => PointOf(argument).Index;

    public override WatchPoint PointOf(ReadOnlySpan<char> argument) =>
        Find(argument) is { } node ? catalog.NodePoint(node) : catalog.NodesPoint;

    /// <summary>The node, null when there is none.</summary>
    protected Node? Find(ReadOnlySpan<char> argument) =>
        catalog.FindNode(argument) ?? (Guid.TryParse(argument, out _) ? catalog.FindNodeById(argument.ToString()) : null);
}
