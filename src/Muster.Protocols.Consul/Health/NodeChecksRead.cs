using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Health;

/// <summary><c>GET /v1/health/node/:node</c>: every check on a node, its own and its instances'.</summary>
internal sealed class NodeChecksRead(LiveCatalog catalog, BlockingQueries blocking, FilterCache filters)
    : NodeRead(catalog, blocking, filters)
{
    private readonly LiveCatalog _catalog = catalog;

    public override Task AnswerAsync(ConsulRequest request)
    {
        QueryHeaders.Set(request, IndexOf(request.Argument));
        var checks = new CheckGathering(status: null, request.Filter);
        if (Find(request.Argument) is { } node)
        {
            checks.AddAll(_catalog, node);
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        checks.Write(json);
        return ConsulResponse.JsonAsync(request, json);
    }
}
