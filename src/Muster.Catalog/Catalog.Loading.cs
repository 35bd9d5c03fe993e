using System.Text;
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
            IndexEntries();
        }

        _isHearsay = true;

        // In the order of names: what follows from the order of deadlines must not differ between two runs.
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

        LoadMesh();
        _isHearsay = false;
        Statistics.Nodes = _nodes.Count;
        _serviceGeneration++;
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

    private bool LoadNode(ref PackReader reader, EntryVersion version, long index)
    {
        long create = reader.Number(), modify = reader.Number();
        NodeDefinition definition = ChangeCodec.ReadNodeDefinition(ref reader);
        List<Check> checks = LoadChecks(ref reader);
        LoadStatusVersions(ref reader, checks, version);
        if (reader.Failed || checks.Exists(check => check.Definition.Id is null))
        {
            return false;
        }

        if (!_nodes.TryGetValue(definition.Name, out NodeEntry? home))
        {
            home = new NodeEntry(definition.Name, _index);
            _nodes[definition.Name] = home;
        }
        else if (home.Current.Version > version)
        {
            return true;
        }

        else
        {
            foreach (Check check in home.Current.Checks)
            {
                UnnameCheck(home, check.Definition.Id!, null);
            }
        }

        if (version.Clock > 0)
        {
            _tombstones.Remove(definition.Name, "");
        }

        home.Current = new Node(home, definition, CheckList.Of(checks), version, create, modify);
        foreach (Check check in checks)
        {
            NameCheck(home, check.Definition.Id!, null);
            check.Lease.Owner = home;
        }

        foreach (Instance instance in home.Instances.All().ToList())
        {
            Enter(home, instance.With(home.Current, Math.Max(instance.ChangeIndex, index)));
        }

        return true;
    }

    private bool LoadNodeRemoved(ref PackReader reader, EntryVersion version)
    {
        string name = reader.Text();
        string address = reader.AtEnd ? "" : reader.Text();
        if (!reader.Failed)
        {
            _nodes.TryRemove(name, out _);
            if (_entries is not null && version.Clock > 0)
            {
                _tombstones.Add(new Tombstone(name, "", version) { Address = address });
            }
        }

        return !reader.Failed;
    }

    private bool LoadInstance(ref PackReader reader, EntryVersion version, long index)
    {
        long create = reader.Number(), modify = reader.Number();
        string node = reader.Text(), service = reader.Text();
        ReadOnlySpan<byte> packed = reader.Bytes();
        List<Check> checks = LoadChecks(ref reader);

        // A record from before this was kept says at least when the instance last changed.
        long registeredAt = reader.AtEnd ? version.Clock / 1_000_000 : reader.Number();

        // One from before there were other servers: this one is responsible.
        Tenure tenure = reader.AtEnd ? new Tenure(1, Origin) : new Tenure((uint)reader.Number(), (uint)reader.Number());
        tenure = IsMine(tenure) && tenure.Owner != Origin ? new Tenure(tenure.Epoch + 1, Origin) : tenure;
        LoadStatusVersions(ref reader, checks, version);
        if (reader.Failed || !_nodes.TryGetValue(node, out NodeEntry? home))
        {
            return false;
        }

        // One copy of a service's name; instances that live at the same time all write it the same way.
        ServiceEntry entry = LoadEntry(service, index - 1);
        if (!InstanceData.TryRestore(entry.Name == service ? entry.Name : service, packed, out InstanceData data))
        {
            return false;
        }

        Instance? present = home.Instances.Find(data.Id);
        bool isOlder = present is not null && Rules.Compare(new EntryState(present.Version, present.Tenure), new EntryState(version, tenure)) > 0;
        if (isOlder || (_tombstones.TryGet(node, data.IdText, out Tombstone? removed) && removed.Version > version))
        {
            return true;
        }

        if (present is not null)
        {
            Withdraw(home, present);
            if (!present.Data.Service.Equals(service, StringComparison.OrdinalIgnoreCase))
            {
                Remember(
                    _services[present.Data.Service], home.Current.Name, present.Data.IdText, RemovalKind.Replaced,
                    $"moved to service \"{service}\"", TimeOf(version), index);
            }
        }

        entry.Name = data.Service;
        var instance = new Instance(
            data, home.Current, CheckList.Of(checks), version, tenure, create, modify, (uint)registeredAt, data.LeaseMilliseconds > 0 ? new InstanceLease() : null) { ChangeIndex = index };
        Enter(home, instance);
        _tombstones.Remove(node, data.IdText);
        NameLoaded(home, instance);
        return true;
    }

    private bool LoadRemoved(ref PackReader reader, EntryVersion version, long index, bool isDiscard = false)
    {
        string node = reader.Text();
        ReadOnlySpan<byte> id = reader.Bytes();
        long epoch = ChangeCodec.ReadEpoch(ref reader);

        // A record from before this was kept says nothing about it, and a tombstone is no news.
        (RemovalKind kind, string cause) = reader.AtEnd ? (RemovalKind.Deregistered, "removed before the server started") : ((RemovalKind)reader.Byte(), reader.Text());
        if (reader.Failed)
        {
            return false;
        }

        if (_nodes.TryGetValue(node, out NodeEntry? home) && home.Instances.Find(id) is { } instance)
        {
            if (instance.Version > version)
            {
                return true;
            }

            Withdraw(home, instance);
            Remember(_services[instance.Data.Service], home.Current.Name, instance.Data.IdText, kind, cause, TimeOf(version), index);
        }

        string address = reader.AtEnd ? "" : reader.Text();
        if (id.IsEmpty && home is not null && (isDiscard || home.Current.Version <= version))
        {
            LoadPlaceholder(home, node, address);
        }

        if (isDiscard)
        {
            return true;
        }

        _tombstones.Add(new Tombstone(node, Encoding.UTF8.GetString(id), version, epoch) { Kind = kind, Cause = cause, Address = address });
        return true;
    }

    /// <summary>A node that was removed while something was registered on it elsewhere.</summary>
    private void LoadPlaceholder(NodeEntry home, string name, string address)
    {
        foreach (Check check in home.Current.Checks)
        {
            UnnameCheck(home, check.Definition.Id!, null);
        }

        home.Current = new Node(home, PlaceholderOf(name, address), default, default, home.Current.CreateIndex, home.Current.ModifyIndex);
        foreach (Instance instance in home.Instances.All().ToList())
        {
            Enter(home, instance.With(home.Current, instance.ChangeIndex));
        }
    }

    private bool LoadStatus(ref PackReader reader, EntryVersion version, long index)
    {
        string node = reader.Text();
        ReadOnlySpan<byte> id = reader.Bytes();
        string checkId = reader.Text();
        var status = (HealthStatus)reader.Byte();
        string output = reader.Text();
        if (reader.Failed || status > HealthStatus.Critical)
        {
            return false;
        }

        // One from before a status had a version of its own is as good as the registration's.
        bool isOld = reader.AtEnd;
        EntryState of = isOld ? default : ChangeCodec.ReadState(ref reader);
        long modify = isOld ? index : reader.Number();
        if (_nodes.TryGetValue(node, out NodeEntry? home) && home.Instances.Find(id) is { } instance
            && (isOld ? instance.Version <= version : instance.Version == of.Version && IsSameTenure(instance.Tenure, of.Tenure))
            && Named(instance.Checks, checkId.Length == 0 ? null : checkId) is { } check && check.StatusVersion <= version)
        {
            Enter(home, instance.With(instance.Checks.Replace(check, check.With(status, version, output, modify)), Math.Max(index, instance.ChangeIndex)));
        }

        return true;
    }

    private List<Check> LoadChecks(ref PackReader reader)
    {
        int count = reader.Count();
        var checks = new List<Check>(Math.Min(count, Options.MaxChecksPerOwner));
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            CheckDefinition definition = Common(CheckDefinitionCodec.Read(ref reader));
            var status = (HealthStatus)Math.Min(reader.Byte(), (byte)HealthStatus.Critical);
            checks.Add(NewCheck(definition, status, default, reader.Text(), reader.Number(), reader.Number(), new CheckLease()));
        }

        return checks;
    }

    /// <summary>The versions of the statuses; what a record from before there were any says is as old as the record.</summary>
    private void LoadStatusVersions(ref PackReader reader, List<Check> checks, EntryVersion version)
    {
        bool isOld = reader.AtEnd;
        for (int i = 0; i < checks.Count; i++)
        {
            Check check = checks[i];
            EntryVersion own = isOld ? version : new EntryVersion(reader.Number(), (uint)reader.Number());
            checks[i] = check.With(check.Status, own, check.Output, check.ModifyIndex);
            _versions.Observe(own);
        }
    }

    /// <summary>Alone, this server has taken over what records say of others.</summary>
    private bool IsSameTenure(Tenure here, Tenure there) => here == there || _entries is null;

    /// <summary>The entry of a service; a new one knows who left since <paramref name="completeSince"/>.</summary>
    private ServiceEntry LoadEntry(string service, long completeSince)
    {
        if (!_services.TryGetValue(service, out ServiceEntry? entry))
        {
            entry = AddEntry(service);
            entry.BeginRemovals(completeSince);
        }

        return entry;
    }

    private bool LoadRuns(ref PackReader reader)
    {
        RunHistory runs = ChangeCodec.ReadRuns(ref reader);
        _loadedRuns = reader.Failed ? _loadedRuns : runs;
        return !reader.Failed;
    }

    private bool LoadRemovals(ref PackReader reader)
    {
        ServiceEntry service = LoadEntry(reader.Text(), 0);
        service.BeginRemovals(reader.Number());
        for (int left = reader.Count(); left > 0 && !reader.Failed; left--)
        {
            Remember(
                service, reader.Text(), reader.Text(), (RemovalKind)reader.Byte(), reader.Text(),
                DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, reader.Number())), reader.Number());
        }

        return !reader.Failed;
    }

    /// <summary>
    /// The indexes of this run follow those that were kept. A node's departure is several records of one index, so the
    /// last removal on the disk may not be all of its index.
    /// </summary>
    private void BeginHistory()
    {
        _runs = _loadedRuns is null ? _runs with { Floor = _index } : _loadedRuns.Continue(_endsInRemoval ? _highestLoaded - 1 : _highestLoaded, _index);
        (RemovalHistory History, long Seconds)[] byAge = [.. _removals.OrderBy(removal => removal.Seconds)];
        _removals.Clear();
        foreach ((RemovalHistory History, long Seconds) removal in byAge)
        {
            _removals.Enqueue(removal);
        }
    }

    private static DateTimeOffset TimeOf(EntryVersion version) => DateTimeOffset.FromUnixTimeMilliseconds(version.Clock / 1000);

    private void NameLoaded(NodeEntry home, Instance instance)
    {
        foreach (Check check in instance.Checks)
        {
            if (check.Definition.Id is { } id)
            {
                NameCheck(home, id, instance);
            }
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
}
