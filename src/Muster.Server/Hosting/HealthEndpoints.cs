using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Muster.Journal;

namespace Muster.Server.Hosting;

/// <summary>
/// <c>/health/live</c>: the process runs. <c>/health/ready</c>: it has recovered and serves. A degraded journal is
/// reported but does not make the server unready: it keeps serving, and a fleet that sent everybody away from it would
/// lose more than it protects.
/// </summary>
internal sealed class HealthEndpoints(Func<ServerState> state, Func<JournalStatus?> journal)
{
    /// <summary>Answers when the path is one of the two.</summary>
    public bool TryHandle(HttpContext context, out Task answer)
    {
        switch (context.Request.Path.Value)
        {
            case "/health/live":
                answer = WriteAsync(context, StatusCodes.Status200OK, "live");
                return true;
            case "/health/ready":
                bool ready = state() == ServerState.Ready;
                answer = WriteAsync(
                    context, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
                    ready ? "ready" : state() == ServerState.Starting ? "starting" : "stopping");
                return true;
            default:
                answer = Task.CompletedTask;
                return false;
        }
    }

    private Task WriteAsync(HttpContext context, int code, string status)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"status":"{{status}}",{{Durability(journal())}}}""" + "\n");
    }

    private static string Durability(JournalStatus? status) => status switch
    {
        null => "\"durability\":\"none\"",
        { State: JournalState.Healthy } => "\"durability\":\"healthy\"",
        _ => $"\"durability\":\"degraded\",\"reason\":\"{JsonEncodedText.Encode(status.Reason ?? "")}\"",
    };
}
