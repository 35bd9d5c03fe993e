using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Muster.Protocols.Consul.Http;

/// <summary>The headers of every answer that can be blocked on. Go's client stops reading them at the first one missing.</summary>
internal static class QueryHeaders
{
    /// <summary>Sets them, with an index from a number.</summary>
    public static void Set(in ConsulRequest request, long index) =>
        Set(request, index.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets them, with an index whose text is ready.</summary>
    public static void Set(in ConsulRequest request, StringValues index)
    {
        IHeaderDictionary headers = request.Context.Response.Headers;
        headers[ConsulHeaders.Index] = index;
        headers[ConsulHeaders.KnownLeader] = ConsulHeaders.True;
        headers[ConsulHeaders.LastContact] = ConsulHeaders.Zero;
        headers[ConsulHeaders.EffectiveConsistency] = ConsulHeaders.TextOf(request.Query.Consistency);
        headers[ConsulHeaders.QueryBackend] = ConsulHeaders.BlockingQuery;
        if (request.TellsOfCache)
        {
            SetCache(headers, isHit: true);
        }
    }

    /// <summary>Sets what <c>?cached</c> is answered with: everything comes from memory, as fresh as the server knows.</summary>
    public static void SetCache(IHeaderDictionary headers, bool isHit)
    {
        headers[ConsulHeaders.Cache] = isHit ? ConsulHeaders.Hit : ConsulHeaders.Miss;
        if (isHit)
        {
            headers.Age = ConsulHeaders.Zero;
        }
    }
}
