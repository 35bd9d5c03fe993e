namespace Muster.Cluster.Messages;

/// <summary>A heartbeat that waits to be forwarded.</summary>
/// <param name="Key">The key of the lease.</param>
/// <param name="At">When it came, in this server's running time.</param>
internal readonly record struct HeldRenewal(ulong Key, TimeSpan At);
