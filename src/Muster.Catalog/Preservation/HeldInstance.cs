namespace Muster.Catalog;

/// <summary>An instance that a hold keeps.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Reason">What would have become of it, and which hold keeps it from that.</param>
public sealed record HeldInstance(Instance Instance, string Reason);
