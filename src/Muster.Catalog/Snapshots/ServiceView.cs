namespace Muster.Catalog;

/// <summary>What a reader sees of a service at one moment, present or absent.</summary>
/// <param name="Snapshot">The instances, null when the service has none.</param>
/// <param name="Index">The index that belongs to exactly this view; never 0.</param>
public readonly record struct ServiceView(ServiceSnapshot? Snapshot, long Index);
