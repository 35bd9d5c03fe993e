using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Health;

/// <summary><c>GET /v1/health/state/:state</c>: every check in the catalog that is in a state, or in <c>any</c>.</summary>
internal sealed class StateChecksRead(LiveCatalog catalog, BlockingQueries blocking, FilterCache filters) : QueryEndpoint(blocking, filters)
{
    protected override string? MissingArgument => "Missing check state";

    public override long IndexOf(ReadOnlySpan<char> argument) => catalog.ChecksPoint.Index;

    public override WatchPoint PointOf(ReadOnlySpan<char> argument) => catalog.ChecksPoint;

    public override Task AnswerAsync(ConsulRequest request)
    {
        // the index first: what is read later may be newer than it says, never older
        QueryHeaders.Set(request, catalog.ChecksPoint.Index);
        GoJsonWriter json = GoJsonWriter.Rent();
        Gather(request).Write(json);
        return ConsulResponse.JsonAsync(request, json);
    }

    private CheckGathering Gather(in ConsulRequest request)
    {
        string state = request.ArgumentText;
        bool isStatus = HealthStatusText.TryParse(state, out HealthStatus status);
        var checks = new CheckGathering(isStatus ? status : null, request.Filter);
        var filter = new InstanceFilter(passing: false, tags: null, request.Query.NodeMetadata);
        foreach (Node node in isStatus || state == "any" ? catalog.Nodes : [])
        {
            if (filter.AcceptsNode(node))
            {
                checks.AddAll(catalog, node);
            }
        }

        return checks;
    }
}
