using Muster.Catalog;

namespace Muster.Protocols.Consul.Filtering;

/// <summary>What one element of an answer is made from; fields read straight off it.</summary>
/// <param name="node">The node.</param>
/// <param name="instance">The instance; null for a node, and for a check of the node itself.</param>
/// <param name="check">The check, where the element is one.</param>
internal readonly struct FilterRow(Node node, Instance? instance = null, Check? check = null)
{
    public FilterRow(Instance instance)
        : this(instance.Node, instance)
    {
    }

    public FilterRow(in CheckRef check)
        : this(check.Node, check.Instance, check.Check)
    {
    }

    public Node Node => node;

    /// <summary>The instance, in tables whose rows have one.</summary>
    public Instance Instance => instance!;

    /// <summary>The instance, in tables whose rows may have none.</summary>
    public Instance? OptionalInstance => instance;

    /// <summary>The check, in tables of checks.</summary>
    public Check Check => check!;
}
