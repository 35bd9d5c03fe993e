namespace Muster.Cluster.Messages;

/// <summary>A server that the sender of a ping hears itself.</summary>
/// <param name="Origin">The server.</param>
/// <param name="Age">How long ago it was last heard.</param>
internal readonly record struct Sighting(uint Origin, TimeSpan Age);
