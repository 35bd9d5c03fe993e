using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Muster.Catalog;
using Muster.Cluster;
using Muster.Journal;

namespace Muster.Server.Hosting;

/// <summary>
/// <c>/health/live</c>: the process runs. <c>/health/ready</c>: it has recovered and serves. A degraded journal is
/// reported but does not make the server unready: it keeps serving, and a fleet that sent everybody away from it would
/// lose more than it protects. So with a server that sees none of the others: it says that it is alone, and serves.
/// </summary>
internal sealed class HealthEndpoints(Func<ServerState> state, Func<JournalStatus?> journal, ICluster cluster, Preservation preservation)
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
                    state().ToString().ToLowerInvariant());
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
        return context.Response.WriteAsync($$"""{"status":"{{status}}",{{Durability(journal())}},{{Holds(preservation.View)}}{{Servers()}}}""" + "\n");
    }

    private string Servers()
    {
        if (!cluster.IsEnabled)
        {
            return "";
        }

        ClusterView view = cluster.View;
        return $$"""
            ,"cluster":{"synced":{{Text(view.IsSynced)}},"alone":{{Text(view.IsAlone)}},"majority":{{Text(view.HasMajority)}},"inSight":{{view.InSight}},"known":{{view.Known}},"alarms":{{view.Alarms.Length}},"detail":"{{JsonEncodedText.Encode(view.SyncDetail)}}"}
            """;
    }

    private static string Text(bool value) => value ? "true" : "false";

    /// <summary>What is held makes no server unready either: others would judge the same.</summary>
    private static string Holds(PreservationView view) => view.IsHolding
        ? $"\"preservation\":\"holding\",\"holds\":[{string.Join(',', view.Holds.Select(hold => $"\"{JsonEncodedText.Encode($"{hold.Scope}: {hold.Cause}")}\""))}]"
        : "\"preservation\":\"idle\"";

    private static string Durability(JournalStatus? status) => status switch
    {
        null => "\"durability\":\"none\"",
        { State: JournalState.Healthy } => "\"durability\":\"healthy\"",
        _ => $"\"durability\":\"degraded\",\"reason\":\"{JsonEncodedText.Encode(status.Reason ?? "")}\"",
    };
}
