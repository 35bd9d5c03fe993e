using Muster.Model;

namespace Muster.Catalog;

// A server that was away for longer than removals are remembered cannot know which of what it holds was removed meanwhile.
public sealed partial class Catalog
{
    internal int Discard(ReadOnlySpan<ulong> keys, string cause)
    {
        using Writing writing = Begin();
        var entries = new List<(ulong, object)>(keys.Length);
        foreach (ulong key in keys)
        {
            if (_entries!.TryGet(key, out object? entry))
            {
                entries.Add((key, entry));
            }
        }

        return Discard(entries, cause);
    }

    private int Discard(List<(ulong Key, object Entry)> entries, string cause)
    {
        int before = _entries!.Count;
        var batch = new MergeBatch();
        foreach ((ulong key, object entry) in entries)
        {
            if (entry is Instance instance && !IsOfThisServer(instance))
            {
                Discard(batch, key, instance, cause);
            }
        }

        Flush(batch);
        foreach ((ulong key, object entry) in entries)
        {
            if (entry is Tombstone tombstone && tombstone.Version.Origin != Origin)
            {
                Discard(tombstone);
            }
            else if (entry is Node { Entry: var home } && !IsMine(home.Current) && !ReferenceEquals(home, _local))
            {
                Discard(key, entry, home, cause);
            }
        }

        return before - _entries.Count;
    }

    private void Discard(Tombstone tombstone)
    {
        if (!IsShown(tombstone) && _tombstones.TryGet(tombstone.Node, tombstone.InstanceId, out Tombstone? present))
        {
            _tombstones.Remove(present.Node, present.InstanceId);
            _entries!.Remove(present);
        }
    }

    private void Discard(ulong key, object register, NodeEntry home, string cause)
    {
        Node node = home.Current;
        if (home.Instances.Count > 0)
        {
            // What stays on it goes on showing its address, here and at its peers. Whoever registered the node meanwhile has a newer version.
            var tombstone = new Tombstone(node.Name, "", new EntryVersion(node.Version.Clock + 1, Origin)) { Cause = cause, Address = node.Definition.Address };
            Bury(tombstone);
            BecomePlaceholder(home, tombstone, $"node \"{node.Name}\" forgotten: {cause}");
            return;
        }

        _entries!.Remove(key, register);
        ForgetMissingNodeChecks(home, node.Checks, []);
        _sequence = _log.Append(new CatalogChange { Kind = ChangeKind.NodeRemoved, Version = default, Index = _index, Node = node, IsDiscard = true });
        ReplaceNode(
            home, new Node(home, node.Definition, default, default, node.CreateIndex, node.ModifyIndex), ++_index, wake: true,
            TimelineKind.Changed, $"node \"{node.Name}\" forgotten: {cause}", isLocal: false);
        DropIfVacant(home);
    }

    /// <summary>Written or at home here: not merely adopted while the others were out of reach.</summary>
    private bool IsOfThisServer(Instance instance) => instance.Version.Origin == Origin || ReferenceEquals(instance.Node.Entry, _local);

    private void Discard(MergeBatch batch, ulong key, Instance instance, string cause)
    {
        long index = ++_index;
        Withdraw(instance.Node.Entry, instance);
        _entries!.Remove(key, instance);
        ServiceEntry service = _services[instance.Data.Service];
        Removal removal = Remember(service, instance, RemovalKind.Replaced, index, cause);
        batch.Edit(service, instance, null, index, isVisible: true);
        var change = new CatalogChange
        {
            Kind = ChangeKind.InstanceRemoved, Version = instance.Version, Index = index, Before = instance, Removal = removal, IsDiscard = true,
        };
        batch.Pending.Add(new PendingChange(change, service, TimelineKind.Deregistered, cause, IsVisible: true, IsLocal: false));
    }
}
