using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Muster.Catalog;

// Reads: no lock, one snapshot each.
public sealed partial class Catalog
{
    private volatile ServiceList _serviceList = new(0, []);

    /// <summary>This server's own node.</summary>
    public Node LocalNode => _local?.Current ?? throw new InvalidOperationException("The catalog has not announced itself yet.");

    /// <summary>All nodes, sorted by name without case.</summary>
    public IReadOnlyList<Node> Nodes =>
        [.. _nodes.Values.OrderBy(entry => entry.SortName, StringComparer.Ordinal).Select(entry => entry.Current)];

    /// <summary>
    /// The present snapshots of all services, sorted by name without case. The list of names is kept from call to call
    /// and made anew only when a name comes or goes.
    /// </summary>
    public IReadOnlyList<ServiceSnapshot> Services
    {
        get
        {
            ServiceEntry[] entries = SortedEntries();
            var snapshots = new List<ServiceSnapshot>(entries.Length);
            foreach (ServiceEntry entry in entries)
            {
                if (entry.Current is { } snapshot)
                {
                    snapshots.Add(snapshot);
                }
            }

            return snapshots;
        }
    }

    /// <summary>The snapshot of a service, null when it has no instance. Names are compared without case.</summary>
    public ServiceSnapshot? FindService(ReadOnlySpan<char> name) =>
        _servicesByText.TryGetValue(name, out ServiceEntry? entry) ? entry.Current : null;

    /// <summary>A service as a reader may show it: instances and the index that belongs to them.</summary>
    public ServiceView ViewService(ReadOnlySpan<char> name)
    {
        // The index of absence first: if the service appears right now, the reader has an index older than that.
        long extinction = Volatile.Read(ref _extinction);
        if (!_servicesByText.TryGetValue(name, out ServiceEntry? entry))
        {
            return new ServiceView(null, extinction);
        }

        while (true)
        {
            if (entry.Current is { } snapshot)
            {
                return new ServiceView(snapshot, snapshot.Index);
            }

            // Nothing there: the index belongs to that only if the service did not come (and go) while it was read.
            long absent = entry.Point.Index;
            if (entry.Current is null && entry.Point.Index == absent)
            {
                return new ServiceView(null, absent);
            }
        }
    }

    /// <summary>The index of a service; of an absent one, that of its last change or of the last extinction of any service.</summary>
    public long ServiceIndex(ReadOnlySpan<char> name) =>
        _servicesByText.TryGetValue(name, out ServiceEntry? entry) ? entry.Point.Index : Volatile.Read(ref _extinction);

    /// <summary>Where to wait for a service, present or absent.</summary>
    public WatchPoint ServicePoint(ReadOnlySpan<char> name)
    {
        if (_servicesByText.TryGetValue(name, out ServiceEntry? entry))
        {
            return entry.Point;
        }

        using Writing writing = Begin();
        return EntryFor(name.ToString()).Point;
    }

    /// <summary>Where to wait for anything on a node.</summary>
    public WatchPoint NodePoint(Node node) => node.Entry.Point;

    /// <summary>Finds a node by name, without case.</summary>
    public Node? FindNode(ReadOnlySpan<char> name) =>
        _nodesByText.TryGetValue(name, out NodeEntry? entry) ? entry.Current : null;

    /// <summary>Finds a node by its UUID.</summary>
    public Node? FindNodeById(string id) => id.Length == 0 ? null : _nodes.Values
        .Select(entry => entry.Current).FirstOrDefault(node => node.Definition.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    /// <summary>Finds an instance on a node by its exact id.</summary>
    public Instance? FindInstance(Node node, ReadOnlySpan<char> id) => node.Entry.Instances.Find(id);

    /// <summary>Finds every instance with this id, on whatever node.</summary>
    public IReadOnlyList<Instance> FindInstances(string id)
    {
        // Every heartbeat that does not name its node comes here: nothing is locked or copied, and the id hashed once.
        byte[] key = Encoding.UTF8.GetBytes(id);
        int hash = InstanceTable.Hash(key);
        List<Instance>? found = null;
        if (_places is not null)
        {
            foreach (NodeEntry entry in _places.Find(hash))
            {
                if (entry.Instances.Find(key, hash) is { } instance && found?.Exists(other => ReferenceEquals(other.Node.Entry, entry)) != true)
                {
                    (found ??= []).Add(instance);
                }
            }

            return found ?? [];
        }

        foreach ((_, NodeEntry entry) in _nodes)
        {
            if (entry.Instances.Find(key, hash) is { } instance)
            {
                (found ??= []).Add(instance);
            }
        }

        return found ?? [];
    }

    /// <summary>All instances on a node, sorted by id.</summary>
    public IReadOnlyList<Instance> InstancesOn(Node node)
    {
        var instances = new List<Instance>(node.Entry.Instances.All());
        instances.Sort(InstanceOrder.Compare);
        return instances;
    }

    /// <summary>Finds a check on a node by its id; null when there is none.</summary>
    public CheckRef? FindCheck(Node node, ReadOnlySpan<char> checkId) =>
        TryFindCheck(node.Entry, checkId, out Instance? instance, out Check? check) ? new CheckRef(node, instance, check) : null;

    /// <summary>What happened to a service, oldest first; empty when nothing is remembered.</summary>
    public IReadOnlyList<TimelineEvent> TimelineOf(ReadOnlySpan<char> service) =>
        _servicesByText.TryGetValue(service, out ServiceEntry? entry) ? entry.Timeline.ToList() : [];

    /// <summary>Who left a service, and why; null when nobody is remembered. Read the service first: what it lost until then is here.</summary>
    public RemovalHistory? RemovalsOf(ReadOnlySpan<char> service) =>
        _servicesByText.TryGetValue(service, out ServiceEntry? entry) ? entry.Removals : null;

    /// <summary>How stale an answer about this instance can be, term by term.</summary>
    public StalenessBudget StalenessOf(Instance instance) =>
        StalenessBudget.Of(instance, Options, Statistics.ExpiryBacklog);

    /// <summary>
    /// When an instance gave its last sign of life: its lease was renewed, or else one of its TTL checks was reported; at
    /// the latest when the server started, and when it registered if it need not give any. By the server's wall clock, as
    /// exact as the tick; while the server stood still, time stands still too.
    /// </summary>
    public DateTimeOffset LastHeartbeatOf(Instance instance)
    {
        if (instance.Lease is { IsLease: true } lease)
        {
            return AgoNow(lease.Deadline, TimeSpan.FromMilliseconds(instance.Data.LeaseMilliseconds));
        }

        DateTimeOffset last = instance.RegisteredAt;
        foreach (Check check in instance.Checks)
        {
            if (check.Lease.IsLease && AgoNow(check.Lease.Deadline, check.Definition.Ttl) is var renewed && renewed > last)
            {
                last = renewed;
            }
        }

        return last;
    }

    /// <summary>A deadline is rounded up: what began just now must not have begun in the future.</summary>
    private DateTimeOffset AgoNow(long deadline, TimeSpan length)
    {
        TimeSpan ago = _clock.Since(deadline, length);
        return _time.GetUtcNow() - (ago > TimeSpan.Zero ? ago : TimeSpan.Zero);
    }

    private static bool TryFindCheck(
        NodeEntry node, ReadOnlySpan<char> checkId, out Instance? instance, [NotNullWhen(true)] out Check? check)
    {
        instance = null;
        check = null;
        if (!node.NamedChecks.IsEmpty
            && node.NamedChecks.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(checkId, out byte[]? owner))
        {
            instance = owner is null ? null : node.Instances.Find(owner);
            check = owner is null ? FindNodeCheck(node.Current, checkId) : instance?.FindCheck(checkId);
        }
        else if (Instance.TryInstanceIdOf(checkId, out ReadOnlySpan<char> instanceId))
        {
            instance = node.Instances.Find(instanceId);
            check = instance?.FindCheck(checkId);
        }

        return check is not null;
    }

    private static Check? FindNodeCheck(Node node, ReadOnlySpan<char> checkId)
    {
        foreach (Check check in node.Checks)
        {
            if (checkId.SequenceEqual(check.Definition.Id))
            {
                return check;
            }
        }

        return null;
    }

    private ServiceEntry[] SortedEntries()
    {
        // The counter is read first: a name that comes while sorting makes the list stale, not wrong for ever.
        long generation = Volatile.Read(ref _serviceGeneration);
        ServiceList list = _serviceList;
        if (list.Generation != generation)
        {
            ServiceEntry[] entries = [.. _services.Values.Where(entry => entry.Current is not null)];
            Array.Sort(entries, static (left, right) => string.Compare(left.Name, right.Name, StringComparison.OrdinalIgnoreCase));
            _serviceList = list = new ServiceList(generation, entries);
        }

        return list.Entries;
    }

    private sealed record ServiceList(long Generation, ServiceEntry[] Entries);
}
