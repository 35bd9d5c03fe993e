using Muster.Catalog;
using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Catalog;

/// <summary><c>GET /v1/catalog/nodes</c>.</summary>
internal sealed class NodesRead(LiveCatalog catalog, BlockingQueries blocking, FilterCache filters) : QueryEndpoint(blocking, filters)
{
    public override long IndexOf(ReadOnlySpan<char> argument) => catalog.NodesPoint.Index;

    public override WatchPoint PointOf(ReadOnlySpan<char> argument) => catalog.NodesPoint;

    public override Task AnswerAsync(ConsulRequest request)
    {
        QueryHeaders.Set(request, catalog.NodesPoint.Index);
        var filter = new InstanceFilter(passing: false, tags: null, request.Query.NodeMetadata);
        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginArray();
        foreach (Node node in catalog.Nodes)
        {
            if (filter.AcceptsNode(node) && request.Filter?.Accepts(new FilterRow(node)) != false)
            {
                NodeEncoder.Write(json, node);
            }
        }

        json.EndArray();
        return ConsulResponse.JsonAsync(request, json);
    }
}
