using Muster.Model;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>A catalog registration in the model's words.</summary>
/// <param name="NodeName">The node everything is on.</param>
/// <param name="Node">The node to write, null when nothing is said about it.</param>
/// <param name="Instance">The instance to write, if any.</param>
/// <param name="Checks">The check results to write.</param>
internal sealed record CatalogRegistration(
    string NodeName, NodeDefinition? Node, InstanceDefinition? Instance, IReadOnlyList<CatalogCheckRegistration> Checks)
{
    /// <summary>Leave a node that is there as it is.</summary>
    public bool KeepNode { get; init; }
}
