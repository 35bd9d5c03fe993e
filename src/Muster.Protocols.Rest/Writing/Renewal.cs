namespace Muster.Protocols.Rest.Writing;

/// <summary>One of many heartbeats.</summary>
/// <param name="Id">The instance.</param>
/// <param name="Node">The node it is on, null when nobody said.</param>
/// <param name="Epoch">The life it comes from, 0 for unknown.</param>
internal readonly record struct Renewal(string Id, string? Node, long Epoch);
