using Microsoft.AspNetCore.Http;
using Muster.Protocols.Registry;
using Muster.Protocols.Rest;

namespace Muster.Server.Hosting;

/// <summary>
/// Keeps clients from a server that has joined others and does not have their catalog yet: from an empty list they would
/// conclude that nobody is there. They are told to try again, and those who know other servers go to them.
/// </summary>
internal sealed class SyncGate(Func<ServerState> state)
{
    private const string Reason = "This server is getting the catalog from the other servers, try again";

    /// <summary>True, with the refusal, for a request that reads or changes the catalog before there is one.</summary>
    public bool Refuses(HttpContext context, string path, out Task answer)
    {
        bool asksForLeader = path == "/v1/status/leader" && HttpMethods.IsGet(context.Request.Method);
        if (state() is not (ServerState.Starting or ServerState.Syncing) || !(asksForLeader || NeedsCatalog(path)))
        {
            answer = Task.CompletedTask;
            return false;
        }

        if (asksForLeader)
        {
            answer = AnswerNoLeaderAsync(context);
            return true;
        }

        context.Response.Headers.RetryAfter = "1";
        answer = path.StartsWith(RestApi.Prefix, StringComparison.Ordinal) ? RestApi.RefuseUnreadyAsync(context, Reason)
            : RegistryApi.Takes(path) ? RegistryApi.RefuseUnreadyAsync(context, Reason)
            : RefuseInTextAsync(context);
        return true;
    }

    /// <summary>What is about the server itself is answered at any time.</summary>
    private static bool NeedsCatalog(string path) =>
        Starts(path, "/v1/catalog/") || Starts(path, "/v1/health/") || Starts(path, "/v1/agent/service") || Starts(path, "/v1/agent/check")
        || Starts(path, "/v1/agent/health/") || Starts(path, "/v1/agent/maintenance") || Starts(path, "/v1/coordinate/")
        || Starts(path, "/api/v1/services") || Starts(path, "/api/v1/instances") || Starts(path, "/api/v1/watch") || RegistryApi.Takes(path);

    private static bool Starts(string path, string prefix) => path.StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>As Consul before an election: whoever waits for a leader may ask for the catalog as soon as there is one.</summary>
    private static Task AnswerNoLeaderAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = 2;
        return context.Response.WriteAsync("\"\"");
    }

    private static Task RefuseInTextAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = Reason.Length;
        return context.Response.WriteAsync(Reason);
    }
}
