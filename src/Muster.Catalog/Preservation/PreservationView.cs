namespace Muster.Catalog;

/// <summary>The state of self-preservation at the last survey. Immutable.</summary>
public sealed record PreservationView
{
    /// <summary>Nothing judged yet.</summary>
    internal static PreservationView Empty { get; } = new();

    /// <summary>The holds that are on, in the order in which they began.</summary>
    public IReadOnlyList<PreservationHold> Holds { get; init; } = [];

    /// <summary>What was counted, by scope: <c>all</c> first.</summary>
    public IReadOnlyList<PreservationScope> Scopes { get; init; } = [];

    /// <summary>The last beginnings and ends of holds, newest last, at most 64.</summary>
    public IReadOnlyList<PreservationEvent> Events { get; init; } = [];

    /// <summary>Whether anything is held.</summary>
    public bool IsHolding => Holds.Count > 0;
}
