using Muster.Catalog;
using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Coordinates;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Catalog;

/// <summary><c>GET /v1/catalog/nodes</c>.</summary>
/// <remarks>The whole answer is kept, plain and compressed, until the index of the list moves.</remarks>
internal sealed class NodesRead(LiveCatalog catalog, BlockingQueries blocking, FilterCache filters, NearOrder near) : QueryEndpoint(blocking, filters)
{
    private readonly KeptList _kept = new(catalog.NodesPoint, json => Write(json, catalog.Nodes, default, filter: null));

    public override long IndexOf(ReadOnlySpan<char> argument) => catalog.NodesPoint.Index;

    public override WatchPoint PointOf(ReadOnlySpan<char> argument) => catalog.NodesPoint;

    public override Task AnswerAsync(ConsulRequest request)
    {
        var filter = new InstanceFilter(passing: false, tags: null, request.Query.NodeMetadata, request.Filter);
        Coordinate? center = near.CenterOf(request);
        if (!filter.IsPlain || center is not null)
        {
            // the index first: what is read later may be newer than it says, never older
            QueryHeaders.Set(request, catalog.NodesPoint.Index);
            GoJsonWriter json = GoJsonWriter.Rent();
            Write(json, near.Sort(catalog.Nodes, center), filter, request.Filter);
            return ConsulResponse.JsonAsync(request, json);
        }

        KeptAnswer kept = _kept.Current();
        QueryHeaders.Set(request, kept.IndexText);
        return ConsulResponse.KeptJsonAsync(request, kept);
    }

    private static void Write(GoJsonWriter json, IEnumerable<Node> nodes, in InstanceFilter wanted, Condition? filter)
    {
        json.BeginArray();
        foreach (Node node in nodes)
        {
            if (wanted.AcceptsNode(node) && filter?.Accepts(new FilterRow(node)) != false)
            {
                NodeEncoder.Write(json, node);
            }
        }

        json.EndArray();
    }
}
