namespace Muster.Catalog;

/// <summary>A heartbeat that another server than the owner received.</summary>
/// <param name="Key">The key of the lease: the same on every server.</param>
/// <param name="Owner">The origin of the server that is responsible for it.</param>
/// <param name="AgeMilliseconds">How long ago it came.</param>
public readonly record struct Renewal(ulong Key, uint Owner, int AgeMilliseconds);
