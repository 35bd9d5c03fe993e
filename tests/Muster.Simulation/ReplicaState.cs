using System.Collections.Immutable;
using Muster.Catalog;
using Muster.Simulation.Cluster;

namespace Muster.Simulation;

/// <summary>
/// What the catalog's feed of changes says the catalog holds: the state that a journal cut after any change must
/// recover. Immutable, so that one can be kept for every sequence of the journal.
/// </summary>
internal sealed record ReplicaState(
    ImmutableDictionary<EntryName, Instance> Instances, ImmutableDictionary<string, Node> Nodes)
{
    public static ReplicaState Empty { get; } =
        new(ImmutableDictionary<EntryName, Instance>.Empty, ImmutableDictionary<string, Node>.Empty);

    public ReplicaState After(in CatalogChange change) => change.Kind switch
    {
        ChangeKind.Node => this with { Nodes = Nodes.SetItem(change.Node!.Name, change.Node) },
        ChangeKind.NodeRemoved => this with { Nodes = Nodes.Remove(change.Node!.Name) },
        ChangeKind.InstanceRemoved when change.Before is null => this,
        ChangeKind.InstanceRemoved => this with { Instances = Instances.Remove(EntryName.Of(change.Before!)) },
        ChangeKind.Run => this,
        _ => this with { Instances = Instances.SetItem(EntryName.Of(change.After!), change.After!) },
    };

    /// <summary>How a catalog differs from this state, null when it does not. Outputs are left out: alone, they are not logged.</summary>
    public string? DifferenceTo(Catalog.Catalog catalog)
    {
        int instances = 0, nodes = 0;
        foreach (Node node in catalog.Nodes)
        {
            nodes++;
            if (!Nodes.TryGetValue(node.Name, out Node? expected) || !IsSame(expected, node))
            {
                return $"node {node.Name} is {(expected is null ? "not expected" : "another")}";
            }

            foreach (Instance instance in catalog.InstancesOn(node))
            {
                instances++;
                if (!Instances.TryGetValue(EntryName.Of(instance), out Instance? wanted))
                {
                    return $"instance {node.Name}/{instance.Data.IdText} is not expected";
                }

                if (!IsSame(wanted, instance))
                {
                    return $"instance {node.Name}/{instance.Data.IdText} is another: {Describe(wanted)} became {Describe(instance)}";
                }
            }
        }

        return instances != Instances.Count || nodes != Nodes.Count
            ? $"{nodes} nodes with {instances} instances instead of {Nodes.Count} with {Instances.Count}: "
                + string.Join(", ", Instances.Keys.Where(key => catalog.FindNode(key.Node) is not { } node || catalog.FindInstance(node, key.Id) is null))
            : null;
    }

    private static bool IsSame(Instance left, Instance right) =>
        ReferenceEquals(left, right)
        || (left.Version == right.Version && left.CreateIndex == right.CreateIndex && left.ModifyIndex == right.ModifyIndex
            && left.Tenure == right.Tenure && left.Data == right.Data && left.RegisteredAt == right.RegisteredAt && IsSame(left.Checks, right.Checks));

    private static bool IsSame(Node left, Node right) =>
        ReferenceEquals(left, right)
        || (left.Version == right.Version && left.CreateIndex == right.CreateIndex && left.ModifyIndex == right.ModifyIndex
            && left.Definition.Equals(right.Definition) && IsSame(left.Checks, right.Checks));

    private static bool IsSame(CheckList left, CheckList right)
    {
        bool same = left.Count == right.Count;
        for (int i = 0; same && i < left.Count; i++)
        {
            same = ReferenceEquals(left[i], right[i])
                || (left[i].Status == right[i].Status && left[i].StatusVersion == right[i].StatusVersion && left[i].CreateIndex == right[i].CreateIndex
                    && left[i].ModifyIndex == right[i].ModifyIndex && left[i].Definition.Equals(right[i].Definition));
        }

        return same;
    }

    private static string Describe(Instance instance)
    {
        string text = $"{instance.Data.Service} {instance.Version.Clock} {instance.CreateIndex} {instance.ModifyIndex}";
        foreach (Check check in instance.Checks)
        {
            text += $" [{check.Definition.Id} {check.Status} {check.CreateIndex} {check.ModifyIndex}]";
        }

        return text;
    }
}
