using Muster.Catalog;

namespace Muster.Simulation;

/// <summary>One node and everything on it.</summary>
internal sealed class NodeView(string node) : View("node " + node)
{
    public override bool TryRead(Catalog.Catalog catalog, out long index, out int content)
    {
        index = content = 0;
        if (catalog.FindNode(node) is not { } found)
        {
            return false;
        }

        index = catalog.NodePoint(found).Index;
        var hash = new HashCode();
        Add(ref hash, found);
        foreach (Instance instance in catalog.InstancesOn(found))
        {
            hash.AddBytes(instance.Data.Packed);
            Add(ref hash, instance.Checks);
        }

        content = hash.ToHashCode();
        return true;
    }

    public override WatchPoint? PointOf(Catalog.Catalog catalog) =>
        catalog.FindNode(node) is { } found ? catalog.NodePoint(found) : null;
}
