using Microsoft.AspNetCore.Http;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Catalog;

/// <summary><c>GET /v1/catalog/datacenters</c>: the one there is. It has no index and cannot be waited for.</summary>
internal sealed class DatacentersRead(string datacenter)
{
    private readonly byte[] _json = Json(datacenter);

    /// <summary>The route's handler.</summary>
    public Task HandleAsync(ConsulRequest request)
    {
        CacheDirectives cache = CacheDirectives.Of(request.Context.Request.Headers);
        if ((request.Query.ReadRefusal ?? (cache.IsValid ? null : Refusals.CacheControl)) is { } refusal)
        {
            return ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status400BadRequest, refusal);
        }

        if (request.Query.Cached)
        {
            QueryHeaders.SetCache(request.Context.Response.Headers, isHit: !cache.MustRevalidate);
        }

        return ConsulResponse.JsonAsync(request, _json);
    }

    private static byte[] Json(string datacenter)
    {
        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginArray();
        json.Text(datacenter);
        json.EndArray();
        byte[] result = json.ToArray();
        json.Return();
        return result;
    }
}
