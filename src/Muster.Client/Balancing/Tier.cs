using System.Collections.Immutable;

namespace Muster.Client.Balancing;

/// <summary>Targets that are equally near.</summary>
/// <param name="Share">The part of all picks that goes to them, above 0.</param>
/// <param name="Targets">The targets; at least one.</param>
/// <param name="IsPreferred">Whether picks ought to stay in this tier.</param>
internal readonly record struct Tier(double Share, ImmutableArray<WeightedTarget> Targets, bool IsPreferred);
