using Muster.Catalog;

namespace Muster.Simulation;

/// <summary>A list about the whole catalog.</summary>
internal sealed class ListView(string name, Func<Catalog.Catalog, WatchPoint> point, Func<Catalog.Catalog, int> digest) : View(name)
{
    /// <summary>Names of services with the tags within each.</summary>
    public static ListView Services() => new("services", catalog => catalog.ServicesPoint, catalog =>
    {
        var hash = new HashCode();
        foreach (ServiceSnapshot service in catalog.Services)
        {
            hash.Add(service.Name);
            int tags = 0;
            foreach (Instance instance in service.Instances)
            {
                foreach (ReadOnlySpan<byte> tag in instance.Data.Tags)
                {
                    tags |= 1 << (tag[0] & 31);
                }
            }

            hash.Add(tags);
        }

        return hash.ToHashCode();
    });

    /// <summary>The nodes' definitions.</summary>
    public static ListView Nodes() => new("nodes", catalog => catalog.NodesPoint, catalog =>
    {
        var hash = new HashCode();
        foreach (Node node in catalog.Nodes)
        {
            hash.Add(node.Definition);
            hash.Add(node.Definition.Address);
        }

        return hash.ToHashCode();
    });

    /// <summary>All checks and their status, with what they show of their service.</summary>
    public static ListView Checks() => new("checks", catalog => catalog.ChecksPoint, catalog =>
    {
        var hash = new HashCode();
        foreach (Node node in catalog.Nodes)
        {
            Add(ref hash, node.Checks);
            foreach (Instance instance in catalog.InstancesOn(node))
            {
                Add(ref hash, instance.Checks);
                if (instance.Checks.Count > 0)
                {
                    hash.Add(instance.Data.Service);
                    foreach (ReadOnlySpan<byte> tag in instance.Data.Tags)
                    {
                        hash.AddBytes(tag);
                    }
                }
            }
        }

        return hash.ToHashCode();
    });

    public override bool TryRead(Catalog.Catalog catalog, out long index, out int content)
    {
        index = point(catalog).Index;
        content = digest(catalog);
        return true;
    }

    public override WatchPoint? PointOf(Catalog.Catalog catalog) => point(catalog);
}
