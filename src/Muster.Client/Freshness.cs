namespace Muster.Client;

/// <summary>How far a list of instances can be trusted to be current.</summary>
/// <param name="IsStale">True while the registry cannot be heard, or its answers cannot be believed.</param>
/// <param name="Age">Since when the list was last confirmed by the registry.</param>
/// <param name="Reason">Why it is stale, in words; null when it is not.</param>
public readonly record struct Freshness(bool IsStale, TimeSpan Age, string? Reason);
