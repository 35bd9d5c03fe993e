using System.Collections.Concurrent;

namespace Muster.Client.Http;

/// <summary>
/// Finds the service that a request is for, by the beginning of its URI. What a beginning means is worked out once; requests
/// after that read a table. One per client, so that all handlers share budgets and addresses.
/// </summary>
internal sealed class RouteTable(MusterClient client, HttpMetrics metrics)
{
    /// <summary>A program that calls more different hosts than this (a crawler) has the rest worked out each time.</summary>
    private const int MostKept = 1024;

    private readonly ConcurrentDictionary<string, ServiceRoute?> _routes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ServiceHandle, RetryBudget> _budgets = new();

    /// <summary>The route of a request's URI; null when it is not about a service.</summary>
    public ServiceRoute? Find(Uri? uri)
    {
        if (uri is null)
        {
            return null;
        }

        ReadOnlySpan<char> authority = AuthorityOf(uri.OriginalString);
        return _routes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(authority, out ServiceRoute? route)
            ? route
            : Add(uri, authority.ToString());
    }

    /// <summary>Scheme and authority; empty for a URI that does not write them out.</summary>
    private static ReadOnlySpan<char> AuthorityOf(string uri)
    {
        int start = uri.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
        {
            return [];
        }

        start += 3;
        int length = uri.AsSpan(start).IndexOfAny("/?#\\");
        return length < 0 ? uri : uri.AsSpan(0, start + length);
    }

    private ServiceRoute? Add(Uri uri, string authority)
    {
        RequestTarget? target = authority.Length == 0 ? null : RequestTarget.Parse(uri, client.Options.IsServiceName ?? RequestTarget.IsSingleLabel);
        ServiceRoute? route = target is null || !MusterClient.IsName(target.Service) ? null : RouteTo(authority, target);
        if (_routes.Count < MostKept)
        {
            _routes.TryAdd(authority, route);
        }

        return route;
    }

    private ServiceRoute RouteTo(string authority, RequestTarget target)
    {
        ServiceHandle handle = client.Service(target.Service);
        RetryOptions options = client.Options.For(target.Service).Retry;
        RetryBudget budget = _budgets.GetOrAdd(handle, static (_, of) => new RetryBudget(of.options, of.Time), (options, client.Time));
        return new ServiceRoute(authority, target, handle, options, budget, metrics);
    }
}
