using System.Net;

namespace Muster.Server.Configuration;

/// <summary>Bounds on what clients may use, so that no one of them takes the server down.</summary>
internal sealed record LimitSettings
{
    /// <summary>Open HTTP connections of all clients together; 0 for what the limit of open files allows.</summary>
    public required int HttpConnections { get; init; }

    /// <summary>Open HTTP connections of one client address.</summary>
    public required int HttpConnectionsPerClient { get; init; }

    /// <summary>Blocked queries and watches of one client address.</summary>
    public required int WatchersPerClient { get; init; }

    /// <summary>Requests a second of one client address; 0 for no bound.</summary>
    public required int HttpRequestRatePerClient { get; init; }

    /// <summary>Requests of one client address at once; 0 for twice the rate.</summary>
    public required int HttpRequestBurstPerClient { get; init; }

    /// <summary>Addresses that the limits for one address do not concern.</summary>
    public required IReadOnlyList<IPNetwork> ExemptClients { get; init; }

    /// <summary>Instances in the catalog.</summary>
    public required int Instances { get; init; }

    /// <summary>Blocked queries and watches at a time.</summary>
    public required int Watchers { get; init; }

    /// <summary>Bytes of encoded answers kept for the next reader.</summary>
    public required long AnswerCacheBytes { get; init; }
}
