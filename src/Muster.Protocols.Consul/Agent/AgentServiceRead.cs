using System.Security.Cryptography;
using Muster.Catalog;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Agent;

/// <summary>
/// <c>GET /v1/agent/service/:id</c>, with a content hash that a client can wait on: while it equals <c>?hash</c>, the
/// answer waits up to <c>?wait</c> for the service's definition to change or to go.
/// </summary>
internal sealed class AgentServiceRead(LiveCatalog catalog, AgentLookup lookup, BlockingQueries blocking) : IWaitingRead
{
    private const string HashHeader = "X-Consul-Contenthash";
    private const int HashBytes = 8;

    /// <summary>The route's handler.</summary>
    public Task HandleAsync(ConsulRequest request)
    {
        if (request.Argument.IsEmpty)
        {
            return WriteResponse.RefuseAsync(request, AgentTexts.MissingServiceId);
        }

        if (request.Query.ReadRefusal is { } refusal)
        {
            return WriteResponse.RefuseAsync(request, refusal);
        }

        return request.Find("hash") is { Length: > 0 } ? blocking.RunAsync(request, this) : AnswerAsync(request);
    }

    /// <inheritdoc />
    public WatchPoint? PointToWaitAt(in ConsulRequest request, out long seen)
    {
        seen = 0;
        if (lookup.FindInstance(request.ArgumentText, out Instance found) is not null)
        {
            return null;
        }

        // Its node's index first, then the instance once more: what changes after this line is newer than the index.
        WatchPoint point = catalog.NodePoint(found.Node);
        seen = point.Index;
        bool isCurrent = lookup.FindInstance(request.ArgumentText, out Instance instance) is null
            && request.Find("hash") == HashOf(instance);
        return isCurrent ? point : null;
    }

    /// <inheritdoc />
    public Task AnswerAsync(ConsulRequest request)
    {
        string id = request.ArgumentText;
        if (lookup.FindInstance(id, out Instance instance, "unknown service ID: " + id) is { } problem)
        {
            return WriteResponse.RefuseAsync(request, problem);
        }

        string hash = HashOf(instance);
        request.Context.Response.Headers[HashHeader] = hash;
        GoJsonWriter json = GoJsonWriter.Rent();
        AgentServiceEncoder.Write(json, instance, System.Text.Encoding.ASCII.GetBytes(hash));
        return ConsulResponse.JsonAsync(request, json);
    }

    private static string HashOf(Instance instance)
    {
        GoJsonWriter json = GoJsonWriter.Rent();
        AgentServiceEncoder.Write(json, instance, default);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json.Written, digest);
        string hash = Convert.ToHexStringLower(digest[..HashBytes]);
        json.Return();
        return hash;
    }
}
