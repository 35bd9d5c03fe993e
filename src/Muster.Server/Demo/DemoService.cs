using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Muster.Server.Cli;

namespace Muster.Server.Demo;

/// <summary>
/// One example service, in a process of its own so that it can be killed: a real HTTP server with a health endpoint that
/// registers itself through the Consul API, as any service would. It leaves when asked to, or when the demo is gone.
/// </summary>
internal static class DemoService
{
    /// <summary>Between two runs of the health check.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>From turning critical to being removed.</summary>
    public static readonly TimeSpan DeregisterAfter = TimeSpan.FromSeconds(15);

    /// <summary>Runs until cancelled or until standard input ends, which it does when the demo's process ends in any way.</summary>
    public static async Task<int> RunAsync(Uri registry, string service, string id, Stream lifeline, CancellationToken cancellation)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _ = WaitForEndAsync(lifeline, leave);

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using WebApplication application = builder.Build();
        application.Run(context => context.Response.WriteAsync(
            context.Request.Path == "/health" ? "healthy\n" : $"hello from {id}, process {Environment.ProcessId}\n"));
        await application.StartAsync(leave.Token);

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = registry, Timeout = TimeSpan.FromSeconds(5) };
        using (HttpResponseMessage answer = await http.PutAsync("/v1/agent/service/register", Registration(service, id, new Uri(application.Urls.First()).Port), leave.Token))
        {
            answer.EnsureSuccessStatusCode();
        }

        await WhenCancelledAsync(leave.Token);
        try
        {
            // leaving politely: no request is sent here any more after this
            using HttpResponseMessage answer = await http.PutAsync($"/v1/agent/service/deregister/{id}", null, CancellationToken.None);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            // the registry left first; its check would have noticed anyway
        }

        return ExitCode.Ok;
    }

    private static ByteArrayContent Registration(string service, string id, int port)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("Name", service);
            json.WriteString("ID", id);
            json.WriteString("Address", "127.0.0.1");
            json.WriteNumber("Port", port);
            json.WriteStartArray("Tags");
            json.WriteStringValue("demo");
            json.WriteEndArray();
            json.WriteStartObject("Meta");
            json.WriteString("pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
            json.WriteStartObject("Check");
            json.WriteString("Name", "health endpoint");
            json.WriteString("HTTP", $"http://127.0.0.1:{port}/health");
            json.WriteString("Interval", Wire.GoDuration.Format(CheckInterval));
            json.WriteString("Timeout", "1s");
            json.WriteString("DeregisterCriticalServiceAfter", Wire.GoDuration.Format(DeregisterAfter));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        var content = new ByteArrayContent(buffer.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", Encoding.UTF8.WebName);
        return content;
    }

    private static async Task WaitForEndAsync(Stream lifeline, CancellationTokenSource leave)
    {
        byte[] buffer = new byte[16];
        try
        {
            while (await lifeline.ReadAsync(buffer, leave.Token) > 0)
            {
            }

            await leave.CancelAsync();
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or IOException)
        {
            // leaving already
        }
    }

    private static async Task WhenCancelledAsync(CancellationToken cancellation)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellation.Register(cancelled.SetResult))
        {
            await cancelled.Task;
        }
    }
}
