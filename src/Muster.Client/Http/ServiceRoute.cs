using Muster.Client.Balancing;

namespace Muster.Client.Http;

/// <summary>Where requests with one scheme and authority go.</summary>
/// <param name="Authority">The scheme and the authority, as URIs begin that take this route.</param>
/// <param name="Request">What they ask for.</param>
/// <param name="Handle">The service.</param>
/// <param name="Retry">What is tried again on another instance.</param>
/// <param name="Budget">How often; shared by all routes to the service.</param>
/// <param name="Metrics">Counts what did not go well.</param>
internal sealed record ServiceRoute(
    string Authority, RequestTarget Request, ServiceHandle Handle, RetryOptions Retry, RetryBudget Budget, HttpMetrics Metrics)
{
    /// <summary>Where a request goes that has just arrived here: preferably not where it failed before.</summary>
    /// <exception cref="NoInstanceException">There is no instance that has what it asks for.</exception>
    public TargetUris PickFirst(HttpRequestMessage request)
    {
        Budget.Count();
        ulong key = DiscoveryRequest.StickyKeyOf(request);
        IReadOnlyList<Target>? tried = DiscoveryRequest.Tried(request);
        Target target = Handle.Pick(new PickContext(key, tried)) ?? throw NoInstance($"Service '{Handle.Name}' has no instance.");
        TargetUris uris = target.UrisFor(Request);
        return uris.Endpoint is null ? PickWithEndpoint(key, [.. tried ?? [], target]) : uris;
    }

    /// <summary>Where a request goes that failed here; null when all that could be picked were tried.</summary>
    public TargetUris? PickNext(HttpRequestMessage request)
    {
        IReadOnlyList<Target> tried = DiscoveryRequest.Tried(request) ?? [];
        Target? target = Handle.Pick(new PickContext(DiscoveryRequest.StickyKeyOf(request), tried));
        TargetUris? uris = target is null || tried.Contains(target) ? null : target.UrisFor(Request);
        return uris?.Endpoint is null ? null : uris;
    }

    private TargetUris PickWithEndpoint(ulong key, List<Target> avoided)
    {
        for (int left = Handle.Balancer.Targets.Count; left > 0 && Handle.Pick(new PickContext(key, avoided)) is { } target; left--)
        {
            TargetUris uris = target.UrisFor(Request);
            if (uris.Endpoint is not null)
            {
                return uris;
            }

            avoided.Add(target);
        }

        string asked = Request.Endpoint is { } endpoint ? $"a port named '{endpoint}'" : "an address and a port";
        throw NoInstance($"No usable instance of service '{Handle.Name}' has {asked}.");
    }

    private NoInstanceException NoInstance(string message)
    {
        Metrics.HadNoInstance();
        return new NoInstanceException(Handle.Name, message);
    }
}
