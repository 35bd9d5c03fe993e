using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Agent;

/// <summary>
/// <c>GET /v1/agent/monitor</c>: the log as it is written, until the client or the server goes. A client that reads
/// slowly misses lines, and holds up nobody.
/// </summary>
internal sealed class LogMonitor(IAgentHost host, CancellationToken stopping)
{
    /// <summary>The route's handler.</summary>
    public Task HandleAsync(ConsulRequest request)
    {
        string level = request.Find("loglevel") is { Length: > 0 } given ? given : "info";
        if (LevelOf(level) is not { } known)
        {
            return WriteResponse.RefuseAsync(request, "Unknown log level: " + level);
        }

        bool json = request.Find("logjson") is { } set && set is not ("false" or "0" or "f");
        if (host.FollowLog(known, json) is not { } lines)
        {
            request.Context.Response.Headers.RetryAfter = "1";
            return ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status429TooManyRequests, "Too many clients follow the log, try again later");
        }

        return StreamAsync(request.Context, lines);
    }

    private async Task StreamAsync(HttpContext context, ChannelReader<string> lines)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            HttpResponse response = context.Response;
            ConsulResponse.SetCommonHeaders(response);
            response.Headers.ContentType = ConsulHeaders.PlainText;

            // the client learns at once that it is heard, also while nothing is logged
            await response.StartAsync(end.Token);
            await response.BodyWriter.FlushAsync(end.Token);
            await foreach (string line in lines.ReadAllAsync(end.Token))
            {
                await response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // the usual end of it
        }
        finally
        {
            host.StopFollowing(lines);
        }
    }

    private static LogLevel? LevelOf(string text) => text.ToLowerInvariant() switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "err" or "error" => LogLevel.Error,
        _ => null,
    };
}
