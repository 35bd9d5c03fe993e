using Muster.Model;

namespace Muster.Protocols.Rest.Writing;

/// <summary>A registration as somebody sent it, found valid.</summary>
/// <param name="Node">The node's name, null for the server's own.</param>
/// <param name="Instance">The instance.</param>
/// <param name="Checks">Its checks.</param>
internal sealed record Registration(string? Node, InstanceDefinition Instance, IReadOnlyList<CheckDefinition> Checks);
