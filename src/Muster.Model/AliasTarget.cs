namespace Muster.Model;

/// <summary>Whose health an alias check repeats.</summary>
/// <param name="Node">The node; empty for the alias check's own node.</param>
/// <param name="ServiceId">The instance's id; empty for the node's own checks alone.</param>
public sealed record AliasTarget(string Node, string ServiceId);
