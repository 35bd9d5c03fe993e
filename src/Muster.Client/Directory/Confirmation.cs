namespace Muster.Client.Directory;

/// <summary>When the registry last stood by a list, and why it no longer does. Immutable.</summary>
/// <param name="At">When it last stood by the list; null when it never has.</param>
/// <param name="StaleReason">Why the list is stale; null while it is confirmed.</param>
internal sealed record Confirmation(TimeSpan? At, string? StaleReason)
{
    /// <summary>Before anything is heard of a service.</summary>
    public static Confirmation None { get; } = new(null, "the registry has not answered yet");

    /// <summary>The registry does not confirm the list any more.</summary>
    public Confirmation Doubted(string reason) => StaleReason == reason ? this : this with { StaleReason = reason };

    public Freshness ToFreshness(TimeSpan now, TimeSpan staleAfter)
    {
        if (At is not { } at)
        {
            return new Freshness(true, TimeSpan.Zero, StaleReason);
        }

        TimeSpan age = now > at ? now - at : TimeSpan.Zero;
        return StaleReason is null && age > staleAfter
            ? new Freshness(true, age, $"the registry was last heard {age.TotalSeconds:0} s ago")
            : new Freshness(StaleReason is not null, age, StaleReason);
    }
}
