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
        var checks = new List<CheckRef>();
        string state = request.ArgumentText;
        if (state == "any" || HealthStatusText.TryParse(state, out _))
        {
            Gather(checks, state, new InstanceFilter(passing: false, tags: null, request.Query.NodeMetadata));
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        CheckLists.WriteSorted(json, checks, request.Filter);
        return ConsulResponse.JsonAsync(request, json);
    }

    private void Gather(List<CheckRef> checks, string state, in InstanceFilter filter)
    {
        foreach (Node node in catalog.Nodes)
        {
            if (filter.AcceptsNode(node))
            {
                CheckLists.AddAll(checks, catalog, node);
            }
        }

        if (HealthStatusText.TryParse(state, out HealthStatus wanted))
        {
            checks.RemoveAll(check => check.Check.Status != wanted);
        }
    }
}
