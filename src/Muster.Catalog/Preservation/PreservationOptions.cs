namespace Muster.Catalog;

/// <summary>What can be set about self-preservation: when the server rather doubts itself than those it does not hear.</summary>
public sealed record PreservationOptions
{
    /// <summary>Whether there is self-preservation at all. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>A hold begins when more than this share is missing; exactly this share does not. Default 15, 1 to 100 (never).</summary>
    public int ThresholdPercent { get; init; } = 15;

    /// <summary>Of fewer than this many nothing is concluded: they expire. Default 20, 2 to 1,000,000.</summary>
    public int MinExpected { get; init; } = 20;

    /// <summary>The longest hold; then what is still silent expires all the same. Default 30 min, zero (no end) or 10 s to 24 h.</summary>
    public TimeSpan MaxHold { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// What was lost within this time counts as lost at once; and so long a share has to be back before a hold ends, which is
    /// what the last ones to return get. Served time: the server's own pauses do not count. Default 30 s, 1 s to 10 min.
    /// </summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(30);
}
