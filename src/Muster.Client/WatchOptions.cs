namespace Muster.Client;

/// <summary>How the registry is followed: the watch stream, polling while there is none, and reconnects.</summary>
public sealed class WatchOptions
{
    /// <summary>Whether to use the watch stream at all; false polls only. Default true.</summary>
    public bool UseStream { get; set; } = true;

    /// <summary>How long a server may take to begin the stream before it is polled instead. Default 5 s, 100 ms to 1 min.</summary>
    public TimeSpan HelloTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest line of the stream, and the longest answer to a poll, decompressed, in bytes. Default 8 MiB, 64 KiB to 256 MiB.</summary>
    public int MaxAnswerBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>The most instances one service may have; a longer list is refused. Default 50,000, 1 to 1,000,000.</summary>
    public int MaxInstances { get; set; } = 50_000;

    /// <summary>The most services one client follows. Default 1,000, 1 to 5,000.</summary>
    public int MaxServices { get; set; } = 1_000;

    /// <summary>How long a new service waits for others before the stream is opened anew with it. Default 5 ms, 0 to 1 s.</summary>
    public TimeSpan JoinDelay { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>A reconnect after a connection that worked comes after a random part of this. Default 1 s, 10 ms to 1 min.</summary>
    public TimeSpan ReconnectFirst { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Each further attempt comes after a random part of this: the time over which clients that lost the registry together come back. Default 10 s, 10 ms to 10 min.</summary>
    public TimeSpan ReconnectWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause between two polls of a service, changed by up to a quarter at random. Default 10 s, 100 ms to 1 h.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one poll may take. Default 10 s, 100 ms to 5 min.</summary>
    public TimeSpan PollTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to poll before the stream is tried again. Default 1 min, 100 ms to 1 day.</summary>
    public TimeSpan StreamRetry { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>A list that the registry has not confirmed for longer is stale. Default 45 s, 1 s to 1 day.</summary>
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromSeconds(45);

    internal void Validate(string prefix, ICollection<string> errors)
    {
        OptionRules.Range(errors, prefix + nameof(HelloTimeout), HelloTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        OptionRules.Range(errors, prefix + nameof(MaxAnswerBytes), MaxAnswerBytes, 64 * 1024, 256 * 1024 * 1024);
        OptionRules.Range(errors, prefix + nameof(MaxInstances), MaxInstances, 1, 1_000_000);
        OptionRules.Range(errors, prefix + nameof(MaxServices), MaxServices, 1, 5_000);
        OptionRules.Range(errors, prefix + nameof(JoinDelay), JoinDelay, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        OptionRules.Range(errors, prefix + nameof(ReconnectFirst), ReconnectFirst, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        OptionRules.Range(errors, prefix + nameof(ReconnectWindow), ReconnectWindow, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10));
        OptionRules.Range(errors, prefix + nameof(PollInterval), PollInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        OptionRules.Range(errors, prefix + nameof(PollTimeout), PollTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        OptionRules.Range(errors, prefix + nameof(StreamRetry), StreamRetry, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1));
        OptionRules.Range(errors, prefix + nameof(StaleAfter), StaleAfter, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
    }
}
