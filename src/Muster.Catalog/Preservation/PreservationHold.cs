namespace Muster.Catalog;

/// <summary>A hold that is on: automation leaves a part of the catalog alone. Deregistration works as always.</summary>
public sealed record PreservationHold
{
    /// <summary>Which part: a scope as in <see cref="PreservationScope.Scope"/>, or <c>isolated</c>.</summary>
    public required string Scope { get; init; }

    /// <summary>What is missed.</summary>
    public required PreservationSignal Signal { get; init; }

    /// <summary>Why it began, in words.</summary>
    public required string Cause { get; init; }

    /// <summary>Since when, by the wall clock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How many were expected at the last survey.</summary>
    public int Expected { get; init; }

    /// <summary>How many of them were missed at the last survey.</summary>
    public int Missed { get; init; }

    /// <summary>How many would be gone, or critical, but for holds.</summary>
    public int Held { get; init; }

    /// <summary>What ends it, in words.</summary>
    public required string Until { get; init; }

    /// <summary>When it ends at the latest, by the wall clock; null when only recovery or an operator ends it.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    internal Scope? Part { get; init; }
}
