namespace Muster.Protocols.Dns;

/// <summary>The times of the zone's SOA record. Each: 0 s to 2,147,483,647 s; fractions of a second are dropped.</summary>
public sealed record DnsSoaOptions
{
    /// <summary>How often a secondary server would look for changes. Default: 3600 s.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromSeconds(3600);

    /// <summary>How soon it would try again. Default: 600 s.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>When it would give up. Default: 86400 s.</summary>
    public TimeSpan Expire { get; init; } = TimeSpan.FromSeconds(86400);

    /// <summary>How long a resolver may remember that a name does not exist. Default: 0 s.</summary>
    public TimeSpan MinTtl { get; init; }
}
