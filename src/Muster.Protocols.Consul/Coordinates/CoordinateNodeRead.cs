using Microsoft.AspNetCore.Http;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Coordinates;

/// <summary><c>GET /v1/coordinate/node/:node</c>: a list of one, or 404 with an empty body.</summary>
internal sealed class CoordinateNodeRead(LiveCatalog catalog, CoordinateTable table, BlockingQueries blocking) : NodeRead(catalog, blocking, filters: null)
{
    public override Task AnswerAsync(ConsulRequest request)
    {
        QueryHeaders.Set(request, IndexOf(request.Argument));
        string? segment = request.Find("segment");
        if (Find(request.Argument) is not { } node || table.Find(node) is not { } coordinate || (segment is not null && segment != coordinate.Segment))
        {
            request.Context.Response.StatusCode = StatusCodes.Status404NotFound;
            return ConsulResponse.EmptyAsync(request.Context);
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginArray();
        CoordinateEncoder.WriteEntry(json, node.Name, coordinate);
        json.EndArray();
        return ConsulResponse.JsonAsync(request, json);
    }
}
