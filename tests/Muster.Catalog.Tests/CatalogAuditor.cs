using Muster.Model;

namespace Muster.Catalog.Tests;

/// <summary>Checks after every step what must hold in any catalog, and what must hold between one step and the next.</summary>
internal sealed class CatalogAuditor(Catalog catalog)
{
    private readonly Dictionary<string, (long Index, string Visible)> _seen = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (long Index, string Visible)> _seenMesh = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<(long Index, Dictionary<string, string> Instances)>> _past = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, CountingWatcher> _watchers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Everything about the catalog that survives a restart: all but outputs, which are not journaled alone.</summary>
    public static string Describe(Catalog catalog) => string.Join('\n', [
        .. catalog.Nodes.Select(node => $"{Visible(node)} {node.Version} {node.CreateIndex} {node.ModifyIndex}"),
        .. catalog.Services.Select(service => $"{service.Name} {Visible(service)}"),
        .. catalog.Services.SelectMany(service => service.Instances.ToArray())
            .Select(instance => $"{instance.Node.Name}/{instance.Data.IdText} {instance.Version} {instance.CreateIndex} {instance.ModifyIndex} {instance.Data.Epoch} {instance.State} {instance.RegisteredSeconds}")]);

    public void Audit(IReadOnlyList<string> watched)
    {
        AuditSnapshots();
        AuditIndexes();
        AuditChangesSince(watched);
        AuditMesh(watched);
        AuditWatchers(watched);
        AuditDeadlines();
    }

    private void AuditSnapshots()
    {
        var inSnapshots = new HashSet<Instance>(ReferenceEqualityComparer.Instance);
        foreach (ServiceSnapshot service in catalog.Services)
        {
            Instance[] instances = service.Instances.ToArray();
            Assert.NotEmpty(instances);
            Assert.Same(service, catalog.FindService(service.Name));
            for (int i = 0; i < instances.Length; i++)
            {
                Assert.True(i == 0 || InstanceOrder.Compare(instances[i - 1], instances[i]) < 0);
                Assert.Equal(service.Name, instances[i].Data.Service);
                AuditNode(instances[i].Node);
                Assert.True(inSnapshots.Add(instances[i]));
            }
        }

        Instance[] onNodes = [.. catalog.Nodes.SelectMany(catalog.InstancesOn)];
        Assert.True(inSnapshots.SetEquals(onNodes));
        Assert.Equal((onNodes.Length, catalog.Services.Count, catalog.Nodes.Count), (catalog.Statistics.Instances, catalog.Statistics.Services, catalog.Statistics.Nodes));
        ILookup<string, Instance> byId = onNodes.ToLookup(instance => instance.Data.IdText);
        foreach (IGrouping<string, Instance> same in byId)
        {
            Assert.True(same.ToHashSet().SetEquals(catalog.FindInstances(same.Key)));
            Assert.Equal(same.Count(), catalog.FindInstances(same.Key).Count);
        }

        foreach (Instance instance in onNodes)
        {
            foreach (Check check in instance.Checks)
            {
                AuditName(instance, check);
            }
        }
    }

    /// <summary>A check is found by its id, but for one that two servers gave away at the same time: then the newer registration has it.</summary>
    private void AuditName(Instance instance, Check check)
    {
        CheckRef? found = catalog.FindCheck(instance.Node, instance.CheckIdOf(check));
        if (ReferenceEquals(found?.Check, check))
        {
            IReadOnlyList<CheckRef> everywhere = catalog.FindChecks(instance.CheckIdOf(check));
            Assert.Single(everywhere, other => ReferenceEquals(other.Check, check));
            Assert.Equal(everywhere.Count, everywhere.DistinctBy(other => other.Node.Entry).Count());
            return;
        }

        Assert.True(catalog.Options.Replicated && instance.Node.Entry.SharesCheckIds);
        Assert.NotNull(found);
        Assert.True(found.Value.Instance is not { } other || other.Version > instance.Version);
    }

    /// <summary>An instance shows its node as it is, but for a text of a node's check that waits for its turn.</summary>
    private void AuditNode(Node shown)
    {
        Node present = catalog.FindNode(shown.Name)!;
        Assert.Same(present.Entry, shown.Entry);
        Assert.Equal((Visible(present), present.Status, present.Version), (Visible(shown), shown.Status, shown.Version));
        Assert.True(ReferenceEquals(present, shown) || present.Entry.OutputWaits);
    }

    /// <summary>The index never goes back, and moves if and only if something moved that is not an output.</summary>
    private void AuditIndexes()
    {
        foreach (string name in _seen.Keys.Union(catalog.Services.Select(service => service.Name)).ToList())
        {
            (ServiceSnapshot? snapshot, long index) = catalog.ViewService(name);
            string visible = snapshot is null ? "" : Visible(snapshot);
            if (_seen.TryGetValue(name, out (long Index, string Visible) before))
            {
                Assert.True(index >= before.Index, $"{name} went back");
                Assert.True(catalog.Options.Replicated || visible.Length == 0 || (index > before.Index) == (visible != before.Visible), $"{name}: {before} -> {index} {visible}");
                Assert.True(visible == before.Visible || index > before.Index, $"{name} is gone at the same index");
            }

            _seen[name] = (index, visible);
        }
    }

    /// <summary>
    /// From any earlier list of a service, what left since and what has a higher change index lead to the present one,
    /// as long as the history says that it is complete.
    /// </summary>
    private void AuditChangesSince(IReadOnlyList<string> names) => AuditChangesSince(catalog, names);

    /// <summary>The same for a catalog that was restored from this one's journal; returns how many lists it could go on from, and how many not.</summary>
    public (int Known, int Unknown) AuditRestored(Catalog restored, IReadOnlyList<string> names)
    {
        Assert.Equal(catalog.Lineage, restored.Lineage);
        return AuditChangesSince(restored, names);
    }

    private (int Known, int Unknown) AuditChangesSince(Catalog other, IReadOnlyList<string> names)
    {
        bool isOwn = ReferenceEquals(other, catalog);
        (int known, int unknown) = (0, 0);
        foreach (string name in names)
        {
            (ServiceSnapshot? snapshot, long index) = other.ViewService(name);
            Instance[] present = snapshot is null ? [] : snapshot.Instances.ToArray();
            Dictionary<string, string> expected = present.ToDictionary(KeyOf, instance => $"{instance.CreateIndex} {Visible(instance)}");
            List<(long Index, Dictionary<string, string> Instances)> past = _past.TryGetValue(name, out var lists) ? lists : _past[name] = [];
            RemovalHistory? removals = other.RemovalsOf(name);
            unknown += past.Count;
            foreach ((long seen, Dictionary<string, string> before) in past.Where(entry => other.KnowsSince(name, entry.Index)))
            {
                (known, unknown) = (known + 1, unknown - 1);
                var replayed = new Dictionary<string, string>(before, StringComparer.OrdinalIgnoreCase);
                for (Removal? removal = removals?.Newest; removal is not null && removal.Index > seen; removal = removal.Older)
                {
                    replayed.Remove($"{removal.Node}/{removal.Id}");
                }

                foreach (Instance instance in present.Where(instance => instance.ChangeIndex > seen))
                {
                    replayed[KeyOf(instance)] = $"{instance.CreateIndex} {Visible(instance)}";
                }

                Assert.Equal(expected, replayed);
            }

            if (isOwn && (past.Count == 0 || past[^1].Index != index))
            {
                past.Add((index, expected));
                past.RemoveRange(0, Math.Max(0, past.Count - 12));
            }
        }

        return (known, unknown);
    }

    private static string KeyOf(Instance instance) => $"{instance.Node.Name.ToLowerInvariant()}/{instance.Data.IdText}";

    /// <summary>The mesh's view of a service is its proxies and native instances, in order, and its index moves with exactly them.</summary>
    private void AuditMesh(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            (ServiceSnapshot? snapshot, long index) = catalog.ViewMesh(name);
            Instance[] expected = [.. catalog.Nodes.SelectMany(catalog.InstancesOn).Where(instance => IsInMeshOf(name, instance))];
            Array.Sort(expected, InstanceOrder.Compare);
            Assert.Equal(expected, snapshot is null ? [] : snapshot.Instances.ToArray());
            string visible = snapshot is null ? "" : Visible(snapshot);
            if (_seenMesh.TryGetValue(name, out (long Index, string Visible) before))
            {
                Assert.True(visible == before.Visible ? index >= before.Index : index > before.Index, $"mesh of {name}: {before} -> {index} {visible}");
                Assert.True(catalog.Options.Replicated || visible.Length == 0 || visible != before.Visible || index == before.Index, $"mesh of {name} moved for nothing");
            }

            Assert.Equal(index, catalog.MeshPointOf(name).Index);
            _seenMesh[name] = (index, visible);
        }
    }

    private static bool IsInMeshOf(string name, Instance instance)
    {
        InstanceDefinition definition = instance.Data.Unpack();
        string? accepts = definition.Kind == ProxyDefinition.Kind && definition.Proxy is { } proxy ? proxy.Destination
            : definition.IsMeshNative ? definition.Service : null;
        return name.Equals(accepts, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A blocked reader of each name: woken at every change of its index.</summary>
    private void AuditWatchers(IReadOnlyList<string> watched)
    {
        foreach (string name in watched)
        {
            WatchPoint point = catalog.ServicePoint(name);
            if (_watchers.TryGetValue(name, out CountingWatcher? watcher))
            {
                Assert.Equal(point.Count == 0, watcher.Wakes > 0);
            }

            if (watcher is not { Wakes: 0 })
            {
                _watchers[name] = watcher = new CountingWatcher();
                Assert.True(point.TryAdd(watcher, catalog.ViewService(name).Index));
            }

            Assert.False(point.TryAdd(new CountingWatcher(), point.Index - 1));
        }
    }

    /// <summary>Exactly what must end by itself is on the wheel, as what it is, and points to its newest owner.</summary>
    private void AuditDeadlines()
    {
        int expected = 0;
        foreach (Node node in catalog.Nodes)
        {
            foreach (Check check in node.Checks)
            {
                expected += AuditLease(check, node.Entry);
            }
        }

        foreach (Instance instance in catalog.Nodes.SelectMany(catalog.InstancesOn))
        {
            foreach (Check check in instance.Checks)
            {
                expected += AuditLease(check, instance);
            }

            Assert.Equal(instance.Data.LeaseMilliseconds > 0, instance.Lease is { IsLease: true });
            Assert.True(instance.Lease is null || ReferenceEquals(instance.Lease.Owner, instance));
            Assert.True(instance.Lease is null || (IsOwn(instance) ? instance.Lease.Slot >= 0 : instance.Lease.Follows));
            expected += instance.Lease is null || !IsOwn(instance) ? 0 : 1;
        }

        catalog.Tick();
        Assert.Equal((expected, 0), (catalog.Statistics.Deadlines, catalog.Statistics.ExpiryBacklog));
    }

    private bool IsOwn(object owner) =>
        !catalog.Options.Replicated || (owner is Instance instance ? instance.Tenure.Owner : ((NodeEntry)owner).Current.Version.Origin) == catalog.Origin;

    /// <summary>On a cluster only the home of an instance removes it for a check that nobody else can make.</summary>
    private bool IsInReach(Instance instance, Check check) =>
        !catalog.Options.Replicated || !check.Definition.IsHostBound()
        || (instance.Node.IsServer ? ReferenceEquals(instance.Node.Entry, catalog.LocalNode.Entry) : instance.Version.Origin == catalog.Origin);

    private int AuditLease(Check check, object owner)
    {
        bool isRemoval = owner is Instance && IsOwn(owner) && check.Status == HealthStatus.Critical && check.Definition.DeregisterAfter > TimeSpan.Zero && IsInReach((Instance)owner, check);
        bool isTtl = check.Status != HealthStatus.Critical && check.Definition.Kind == CheckKind.Ttl;
        Assert.Same(owner, check.Lease.Owner);
        Assert.Equal((isRemoval || isTtl, isTtl), (check.Lease.Deadline != 0, check.Lease.IsLease));
        Assert.Equal((isRemoval || isTtl) && IsOwn(owner), check.Lease.Slot >= 0);
        Assert.True(IsOwn(owner) ? !check.Lease.Follows : !isTtl || check.Lease.Follows);
        return check.Lease.Slot >= 0 ? 1 : 0;
    }

    private static string Visible(ServiceSnapshot service) => string.Join('|', service.Instances.ToArray().Select(Visible));

    private static string Visible(Instance instance) =>
        $"{Convert.ToBase64String(instance.Data.Packed)} {instance.Status} {Visible(instance.Node)} {Visible(instance.Checks)}";

    private static string Visible(Node node) =>
        $"{node.Name} {node.Definition.Address} {string.Join(',', node.Definition.Metadata)} {Visible(node.Checks)}";

    private static string Visible(CheckList checks)
    {
        string all = "";
        foreach (Check check in checks)
        {
            all += $"[{check.Definition} {check.Status}]";
        }

        return all;
    }
}
