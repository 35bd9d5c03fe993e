using Muster.Model;

namespace Muster.Catalog;

// Loading what a journal kept, and handing out what it should keep. Before the catalog serves anybody.
public sealed partial class Catalog
{
    /// <summary>
    /// Above the highest index found in the journal, this much room is left for indexes that were given out but whose
    /// records never reached the disk.
    /// </summary>
    private const long IndexRoom = 1 << 20;

    private long _highestLoaded;
    private bool _endsInRemoval;

    /// <summary>Writes the journal record of a change.</summary>
    public static void WriteRecord(PackWriter writer, in CatalogChange change)
    {
        writer.Clear();
        ChangeCodec.Write(writer, change);
    }

    /// <summary>
    /// Takes one record, in the order written. False when it cannot be understood; then nothing of it was taken. Of two
    /// records about one instance the newer version wins, so a record may also come twice.
    /// </summary>
    public bool LoadRecord(ReadOnlySpan<byte> record)
    {
        var reader = new PackReader(record);
        byte kind = reader.Byte();
        var version = new EntryVersion(reader.Number(), (uint)reader.Number());
        long index = reader.Number();
        bool taken = kind switch
        {
            (byte)ChangeKind.Node => LoadNode(ref reader, version, index),
            (byte)ChangeKind.NodeRemoved => LoadNodeRemoved(ref reader, version),
            (byte)ChangeKind.Instance => LoadInstance(ref reader, version, index),
            (byte)ChangeKind.InstanceRemoved or ChangeCodec.Tombstone => LoadRemoved(ref reader, version, index),
            (byte)ChangeKind.CheckStatus => LoadStatus(ref reader, version, index),
            (byte)ChangeKind.Run => LoadRuns(ref reader),
            ChangeCodec.Removals => LoadRemovals(ref reader),
            ChangeCodec.Discard => LoadRemoved(ref reader, version, index, isDiscard: true),
            _ => false,
        };
        if (taken)
        {
            _versions.Observe(version);
            _highestLoaded = Math.Max(_highestLoaded, index);
            _endsInRemoval = kind == (byte)ChangeKind.InstanceRemoved;
        }

        return taken;
    }

    /// <summary>Ends loading: builds the snapshots, starts every lease afresh, and moves the index above all that was ever given out.</summary>
    public void FinishLoading()
    {
        using Writing writing = Begin();
        _index = Math.Max(_index, _highestLoaded + IndexRoom + MillisecondsSinceLoaded());
        _extinction = _index;
        foreach (WatchPoint point in (WatchPoint[])[ServicesPoint, InstancesPoint, NodesPoint, ChecksPoint, MeshPoint, .. _nodes.Values.Select(node => node.Point), .. _services.Values.Select(service => service.Point)])
        {
            point.Publish(_index, _wakes);
        }

        BeginHistory();
        if (_entries is not null)
        {
            DropVacant();
            IndexEntries();
        }

        _isHearsay = true;
        ReviveAll();
        LoadMesh();
        _isHearsay = false;
        Statistics.Nodes = _nodes.Count;
        _serviceGeneration++;
    }

    /// <summary>
    /// Starts every lease and builds the services' snapshots, in the order of names: what follows from the order of
    /// deadlines must not differ between two runs.
    /// </summary>
    private void ReviveAll()
    {
        foreach (NodeEntry node in _nodes.Values.OrderBy(node => node.SortName, StringComparer.Ordinal))
        {
            Arm(node.Current.Checks);
        }

        foreach (IGrouping<string, Instance> group in _nodes.Values.SelectMany(node => node.Instances.All())
            .GroupBy(instance => instance.Data.Service, StringComparer.OrdinalIgnoreCase)
            .OrderBy(group => group.Key, StringComparer.OrdinalIgnoreCase))
        {
            Instance[] instances = [.. group];
            Array.Sort(instances, InstanceOrder.Compare);
            foreach (Instance instance in instances)
            {
                Revive(instance);
            }

            ServiceEntry service = _services[group.Key];
            service.Current = new ServiceSnapshot(service.Name, _index, instances);
            Statistics.Instances += instances.Length;
            Statistics.Services++;
        }

        foreach (ServiceEntry service in _services.Values.Where(service => service.Current is null)
            .OrderBy(service => service.Name, StringComparer.OrdinalIgnoreCase))
        {
            Vacate(service);
        }
    }

    /// <summary>A recovered lease starts afresh: that the server was away is not the instance's fault.</summary>
    private void Revive(Instance instance)
    {
        Arm(instance.Checks);
        OpenInstanceLease(instance);
    }

    private void Arm(CheckList checks)
    {
        foreach (Check check in checks)
        {
            Arm(check);
        }
    }

    /// <summary>
    /// How long ago the newest record was written. There may have been runs in between of which the disk kept nothing;
    /// they began their indexes in the same way, and gave out fewer than one a millisecond.
    /// </summary>
    private long MillisecondsSinceLoaded() =>
        _highestLoaded == 0 ? 0 : Math.Max(0, (VersionClock.Microseconds(_time.GetUtcNow()) - _versions.Highest) / 1000);

    /// <summary>
    /// Takes the whole catalog as it is now. <paramref name="underLock"/> runs under the lock, so that a journal can
    /// start its next segment at exactly this state; it must be quick.
    /// </summary>
    public CatalogExport Export(Action underLock)
    {
        lock (_gate)
        {
            underLock();
            return new CatalogExport(
                [.. _nodes.Values.Select(node => node.Current)],
                [.. _services.Values.Select(service => service.Current).OfType<ServiceSnapshot>()],
                [.. _tombstones.All],
                [.. _services.Values.Select(service => new RemovalsExport(service.Name, service, service.Removals?.Newest))],
                _runs,
                _index);
        }
    }
}
