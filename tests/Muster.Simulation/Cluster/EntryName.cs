using Muster.Catalog;

namespace Muster.Simulation.Cluster;

/// <summary>Which instance: the name of its node and its id.</summary>
internal readonly record struct EntryName(string Node, string Id)
{
    public static EntryName Of(Instance instance) => new(instance.Node.Name, instance.Data.IdText);

    public override string ToString() => $"{Node}/{Id}";
}
