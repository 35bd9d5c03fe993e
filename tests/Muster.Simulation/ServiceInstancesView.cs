using Muster.Catalog;

namespace Muster.Simulation;

/// <summary>The instances of one service, present or absent: what health and catalog reads of it show, outputs left out.</summary>
internal sealed class ServiceInstancesView(string service) : View("service " + service)
{
    public override bool IsExact => true;

    public override bool TryRead(Catalog.Catalog catalog, out long index, out int content)
    {
        ServiceView view = catalog.ViewService(service);
        index = view.Index;
        var hash = new HashCode();
        foreach (Instance instance in view.Snapshot is { } snapshot ? snapshot.Instances : default)
        {
            hash.AddBytes(instance.Data.Packed);
            Add(ref hash, instance.Node);
            Add(ref hash, instance.Checks);
        }

        content = hash.ToHashCode();
        return true;
    }

    public override WatchPoint? PointOf(Catalog.Catalog catalog) => catalog.ServicePoint(service);
}
