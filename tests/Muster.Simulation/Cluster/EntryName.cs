using Muster.Catalog;

namespace Muster.Simulation.Cluster;

/// <summary>Which instance: the name of its node and its id.</summary>
internal readonly record struct EntryName(string Node, string Id)
{
    public static EntryName Of(Instance instance) => new(instance.Node.Name, instance.Data.IdText);

    /// <summary>Both end in a number, and differ there: enough for a table, at a fraction of what hashing the texts costs.</summary>
    public override int GetHashCode()
    {
        int hash = Node.Length == 0 ? 0 : Node[^1];
        foreach (char letter in Id)
        {
            hash = (hash * 31) + letter;
        }

        return hash;
    }

    public override string ToString() => $"{Node}/{Id}";
}
