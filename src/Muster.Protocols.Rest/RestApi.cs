using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Muster.Cluster;
using Muster.Protocols.Rest.Watch;
using Muster.Protocols.Rest.Writing;

namespace Muster.Protocols.Rest;

/// <summary>
/// The REST API as one request handler: finds the endpoint for a method and path, and lets it answer. What the API
/// promises is written in <c>docs/reference/rest-api.md</c>.
/// </summary>
/// <remarks>Thread-safe. Paths are split before they are percent-decoded, so a name may contain an encoded slash.</remarks>
public sealed class RestApi
{
    /// <summary>Every path of the API starts with this.</summary>
    public const string Prefix = "/api/v1/";

    private readonly RestRoute[] _routes;
    private readonly WatchStreams _watches;

    /// <summary>
    /// Makes the API of a catalog. Open watches end when <paramref name="stopping"/> is cancelled. Without a
    /// <paramref name="cluster"/> this server is alone.
    /// </summary>
    public RestApi(Catalog.Catalog catalog, TimeProvider time, RestOptions options, CancellationToken stopping, ICluster? cluster = null)
    {
        var instances = new InstanceEndpoints(catalog, options);
        var batches = new BatchEndpoints(catalog, options);
        var services = new ServiceEndpoints(catalog);
        var watch = new WatchEndpoint(catalog, time, options, stopping);
        var preservation = new PreservationEndpoints(catalog);
        _watches = watch.Streams;
        _routes =
        [
            new("POST", "instances", instances.RegisterAsync),
            new("POST", "instances/batch", batches.RegisterAsync),
            new("POST", "instances/renew", batches.RenewAsync),
            new("DELETE", "instances/*", instances.DeregisterAsync, "node", "epoch"),
            new("PUT", "instances/*/renew", instances.RenewAsync, "node", "epoch"),
            new("PUT", "instances/*/drain", instances.DrainAsync, "node", "epoch", "reason"),
            new("DELETE", "instances/*/drain", instances.EndDrainAsync, "node", "epoch"),
            new("PUT", "instances/*/status", instances.SetStateAsync, "node", "epoch"),
            new("DELETE", "instances/*/status", instances.ClearStateAsync, "node", "epoch"),
            new("GET", "instances", services.QueryManyAsync, ["service", .. QuestionReader.Parameters]),
            new("GET", "services", services.ListAsync),
            new("GET", "services/*", services.QueryAsync, QuestionReader.Parameters),
            new("GET", "services/*/instances/*", services.ExplainAsync, "node"),
            new("GET", "services/*/timeline", services.TimelineAsync),
            new("GET", "services/*/staleness", services.StalenessAsync),
            new("GET", "watch", watch.WatchSomeAsync, ["service", .. QuestionReader.Parameters]),
            new("POST", "watch", watch.WatchManyAsync),
            new("GET", "watch/*", watch.WatchOneAsync, ["cursor", .. QuestionReader.Parameters]),
            new("GET", "cluster", new ClusterEndpoints(cluster ?? new LoneServer(catalog, time.GetUtcNow())).ReadAsync),
            new("GET", "preservation", preservation.ShowAsync),
            new("PUT", "preservation/end", preservation.EndAsync, "scope"),
            new("GET", "openapi.json", OpenApiEndpoint.ServeAsync),
        ];
    }

    /// <summary>Method and path pattern of every endpoint, for authorization and tests to enumerate.</summary>
    public IEnumerable<(string Method, string Pattern)> Endpoints => _routes.Select(route => (route.Method, Prefix + route.Pattern));

    /// <summary>The endpoints as the document of this API describes them.</summary>
    internal IReadOnlyList<RestRoute> Routes => _routes;

    /// <summary>How many watches are open.</summary>
    public int OpenWatches => _watches.Open;

    /// <summary>How many services they follow, each counted as often as it is followed.</summary>
    public long WatchedServices => _watches.Services;

    /// <summary>How many watches ended because their readers took nothing for too long.</summary>
    public long SlowWatches => _watches.Slow;

    /// <summary>Answers a request whose path starts with <see cref="Prefix"/>, also when there is no such endpoint.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        string[] segments = SegmentsOf(context);
        List<string>? allowed = null;
        foreach (RestRoute route in _routes)
        {
            if (!route.Matches(segments, out string[] arguments))
            {
                continue;
            }

            if (context.Request.Method == route.Method)
            {
                await route.HandleAsync(new RestCall(context, arguments));
                return;
            }

            (allowed ??= []).Add(route.Method);
        }

        if (allowed is null)
        {
            await Problems.NoEndpoint.WriteAsync(context, $"there is nothing at {context.Request.Path}");
            return;
        }

        context.Response.Headers.Allow = string.Join(", ", allowed);
        await Problems.WrongMethod.WriteAsync(context, $"{context.Request.Path} takes {string.Join(" or ", allowed)}, not {context.Request.Method}");
    }

    /// <summary>Answers 429 in this API's form; headers that say when to try again are the caller's.</summary>
    public static Task RefuseAsync(HttpContext context, string detail) => Problems.LimitReached.WriteAsync(context, detail);

    /// <summary>Answers 503 in this API's form, for a server that has no list to answer from yet.</summary>
    public static Task RefuseUnreadyAsync(HttpContext context, string detail) => Problems.NotReady.WriteAsync(context, detail);

    private static string[] SegmentsOf(HttpContext context)
    {
        // The raw target tells an encoded slash from a real one; a target in another form has only the decoded path.
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        bool raw = target.StartsWith(Prefix, StringComparison.Ordinal);
        string path = raw ? target : context.Request.Path.Value ?? "";
        int query = raw ? path.IndexOf('?', StringComparison.Ordinal) : -1;
        path = query >= 0 ? path[..query] : path;
        string[] segments = path.StartsWith(Prefix, StringComparison.Ordinal) ? path[Prefix.Length..].Split('/') : [];
        for (int i = 0; raw && i < segments.Length; i++)
        {
            segments[i] = Uri.UnescapeDataString(segments[i]);
        }

        return segments;
    }
}
