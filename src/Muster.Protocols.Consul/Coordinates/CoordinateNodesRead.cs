using Muster.Catalog;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Coordinates;

/// <summary><c>GET /v1/coordinate/nodes</c>, with <c>?segment</c>. Its index is that of the list of nodes: a new measurement wakes nobody.</summary>
internal sealed class CoordinateNodesRead(LiveCatalog catalog, CoordinateTable table, BlockingQueries blocking) : QueryEndpoint(blocking)
{
    public override long IndexOf(ReadOnlySpan<char> argument) => catalog.NodesPoint.Index;

    public override WatchPoint PointOf(ReadOnlySpan<char> argument) => catalog.NodesPoint;

    public override Task AnswerAsync(ConsulRequest request)
    {
        QueryHeaders.Set(request, catalog.NodesPoint.Index);
        string? segment = request.Find("segment");
        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginArray();
        foreach (Node node in catalog.Nodes)
        {
            if (table.Find(node) is { } coordinate && (segment is null || segment == coordinate.Segment))
            {
                CoordinateEncoder.WriteEntry(json, node.Name, coordinate);
            }
        }

        json.EndArray();
        return ConsulResponse.JsonAsync(request, json);
    }
}
