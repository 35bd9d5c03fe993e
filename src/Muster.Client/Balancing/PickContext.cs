namespace Muster.Client.Balancing;

/// <summary>What a pick should take into account.</summary>
/// <param name="KeyHash">For sticky keys: the key's hash (see <c>StickyKey.Hash</c>); 0 for none.</param>
/// <param name="Tried">Targets that failed for this request already and are avoided while others are left; null for none.</param>
public readonly record struct PickContext(ulong KeyHash, IReadOnlyList<Target>? Tried);
