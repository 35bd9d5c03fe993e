using Muster.Model;

namespace Muster.Catalog;

/// <summary>The whole catalog at one moment, made of immutable parts: taken under the lock in a moment, written at leisure.</summary>
public sealed class CatalogExport
{
    private readonly Node[] _nodes;
    private readonly ServiceSnapshot[] _services;
    private readonly Tombstone[] _tombstones;
    private readonly RemovalsExport[] _removals;
    private readonly RunHistory _runs;
    private readonly long _index;

    internal CatalogExport(Node[] nodes, ServiceSnapshot[] services, Tombstone[] tombstones, RemovalsExport[] removals, RunHistory runs, long index)
    {
        _removals = removals;
        _runs = runs;
        _nodes = nodes;
        _services = services;
        _tombstones = tombstones;
        _index = index;
    }

    internal IReadOnlyList<Tombstone> Tombstones => _tombstones;

    /// <summary>
    /// Writes records that <see cref="Catalog.LoadRecord"/> understands: the runs and the nodes first, then instances and
    /// who left their services, all in the order of names, then tombstones, the oldest first. Equal states are equal bytes.
    /// </summary>
    public void WriteTo(Action<ReadOnlySpan<byte>> write)
    {
        var writer = new PackWriter();
        ChangeCodec.WriteRuns(writer, _runs, default, _index);
        write(writer.Written);
        foreach (Node node in _nodes.OrderBy(node => node.Entry.SortName, StringComparer.Ordinal))
        {
            writer.Clear();
            ChangeCodec.WriteNode(writer, node, _index);
            write(writer.Written);
        }

        foreach (ServiceSnapshot service in _services.OrderBy(service => service.Name, StringComparer.OrdinalIgnoreCase))
        {
            foreach (Instance instance in service.Instances)
            {
                writer.Clear();
                ChangeCodec.WriteInstance(writer, instance, instance.ChangeIndex);
                write(writer.Written);
            }
        }

        foreach (RemovalsExport removals in _removals.OrderBy(removals => removals.Service, StringComparer.OrdinalIgnoreCase))
        {
            removals.WriteTo(writer, write);
        }

        foreach (Tombstone tombstone in _tombstones.OrderBy(tombstone => tombstone.Version))
        {
            ChangeCodec.WriteTombstone(writer, tombstone);
            write(writer.Written);
        }
    }
}
