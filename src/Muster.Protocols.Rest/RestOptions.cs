using Microsoft.AspNetCore.Http;

namespace Muster.Protocols.Rest;

/// <summary>What can be set about the REST API.</summary>
public sealed record RestOptions
{
    /// <summary>The longest request body in bytes. Default 1 MiB.</summary>
    public int MaxBodyBytes { get; init; } = 1 << 20;

    /// <summary>The longest body of a request about many instances in bytes. Default 4 MiB.</summary>
    public int MaxBatchBytes { get; init; } = 4 << 20;

    /// <summary>The most watches at a time; more are refused with 429. Default 10,000.</summary>
    public int MaxWatches { get; init; } = 10_000;

    /// <summary>
    /// Asked before a watch opens, once for every 100 services: null when its client has too many, else what to call at its
    /// end. Default: nobody has too many.
    /// </summary>
    public Func<HttpContext, Action?>? TryWatch { get; init; }

    /// <summary>The most services that all watches follow together; a watch that would go beyond is refused with 429. Default 1,000,000.</summary>
    public int MaxWatchedServices { get; init; } = 1_000_000;

    /// <summary>A reader that does not take what a watch sends for this long is disconnected. Default 10 s.</summary>
    public TimeSpan WatchWriteTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause of a watch after it sent something: what happens meanwhile is sent as one step. Default 20 ms, from 0.</summary>
    public TimeSpan WatchPause { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>A watch says that it is alive after this much silence. Default 15 s.</summary>
    public TimeSpan IdleInterval { get; init; } = TimeSpan.FromSeconds(15);
}
