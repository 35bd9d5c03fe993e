using Microsoft.AspNetCore.Http;
using Muster.Protocols.Consul;
using Muster.Protocols.Registry;
using Muster.Protocols.Rest;
using Muster.Server.Telemetry;

namespace Muster.Server.Hosting;

/// <summary>Sends a request to the dialect its path belongs to.</summary>
internal sealed class HttpRouter(
    ConsulEndpoint consul, RestApi rest, RegistryApi registry, HealthEndpoints health, PrometheusExporter metrics, SyncGate gate)
{
    private const string Greeting = "Muster: service discovery. Consul's API is under /v1/, Muster's own under /api/v1/, the small registry under /register, metrics under /metrics.\n";

    /// <summary>Says that a limit refuses the request, in the words of the dialect; status and headers are set.</summary>
    public static Task RefuseAsync(HttpContext context, string reason)
    {
        if (context.Request.Path.StartsWithSegments("/api/v1", StringComparison.Ordinal))
        {
            return RestApi.RefuseAsync(context, reason);
        }

        if (RegistryApi.Takes(context.Request.Path.Value ?? ""))
        {
            return RegistryApi.RefuseAsync(context, reason);
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = reason.Length;
        return context.Response.WriteAsync(reason);
    }

    /// <summary>Answers any request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        if (gate.Refuses(context, path, out Task refusal))
        {
            return refusal;
        }

        if (path.StartsWith("/v1/", StringComparison.Ordinal))
        {
            return consul.InvokeAsync(context);
        }

        if (path.StartsWith(RestApi.Prefix, StringComparison.Ordinal))
        {
            return rest.HandleAsync(context);
        }

        if (RegistryApi.Takes(path))
        {
            return registry.HandleAsync(context);
        }

        if (path == "/metrics")
        {
            if (!HttpMethods.IsGet(context.Request.Method))
            {
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                context.Response.Headers.Allow = HttpMethods.Get;
                return Task.CompletedTask;
            }

            context.Response.ContentType = PrometheusWriter.ContentType;
            return context.Response.WriteAsync(metrics.Scrape());
        }

        if (path == "/" && HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync(Greeting);
        }

        return health.TryHandle(context, out Task answer) ? answer : consul.InvokeAsync(context);
    }
}
