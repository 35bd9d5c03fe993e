namespace Muster.Server.Configuration;

/// <summary>Bounds on what clients may use, so that no one of them takes the server down.</summary>
internal sealed record LimitSettings
{
    /// <summary>Open HTTP connections of one client address.</summary>
    public required int HttpConnectionsPerClient { get; init; }

    /// <summary>Instances in the catalog.</summary>
    public required int Instances { get; init; }

    /// <summary>Blocked queries and watches at a time.</summary>
    public required int Watchers { get; init; }

    /// <summary>Bytes of encoded answers kept for the next reader.</summary>
    public required long AnswerCacheBytes { get; init; }
}
