using Muster.Model;

namespace Muster.Catalog;

// Nodes as peers tell them: one register each. A node is there while it is registered or anything lives on it.
public sealed partial class Catalog
{
    private void MergeNode(Fact fact, MergeBatch batch, MergeTally tally)
    {
        if (_tombstones.TryGet(fact.Node, "", out Tombstone? tombstone) && Rules.Compare(new EntryState(tombstone.Version), new EntryState(fact.Version)) > 0)
        {
            tally.CountOlder(_entries!.KeyOf(tombstone));
            return;
        }

        _nodes.TryGetValue(fact.Node, out NodeEntry? home);
        int order = home is null ? -1 : Rules.Compare(new EntryState(home.Current.Version), new EntryState(fact.Version));
        if (order == 0)
        {
            tally.Same++;
        }
        else if (order > 0)
        {
            tally.CountOlder(_entries!.KeyOf(home!));
        }
        else if (home is null && _nodes.Count >= Options.MaxNodes)
        {
            tally.Refused++;
        }
        else
        {
            Flush(batch);
            home ??= AddPlaceholder(fact.Node, "");
            Supersede(home, fact, tally);
            batch.Arrived.AddRange(home.Current.IsServer && !ReferenceEquals(home, _local) ? InstancesOn(home.Current) : []);
        }
    }

    private void MergeNodeRemoval(Fact fact, MergeBatch batch, MergeTally tally)
    {
        Tombstone tombstone = fact.Tombstone!;
        _nodes.TryGetValue(fact.Node, out NodeEntry? home);
        if (IsKnownRemoval(tombstone, isAnythingHere: home is not null, tally))
        {
            return;
        }

        if (home is null)
        {
            tally.Applied++;
            Bury(tombstone);
        }
        else if (Rules.Compare(new EntryState(home.Current.Version), new EntryState(fact.Version)) > 0)
        {
            tally.CountOlder(_entries!.KeyOf(home));
        }
        else if (ReferenceEquals(home, _local))
        {
            tally.CountRefuted(_entries!.KeyOf(home));
            Flush(batch);
            WriteNodeAnew(home);
        }
        else
        {
            tally.Applied++;
            Flush(batch);
            Bury(tombstone);
            BecomePlaceholder(home, tombstone, $"node \"{tombstone.Node}\" deregistered, from {ServerName(tombstone.Version.Origin)}; this instance was not");
            DropIfVacant(home);
        }
    }

    /// <summary>Puts a node's next state in place. What this server's own node is only this server says; its checks may be changed elsewhere.</summary>
    private void Supersede(NodeEntry home, Fact fact, MergeTally tally)
    {
        bool isMisdefined = ReferenceEquals(home, _local) && !home.Current.Definition.Equals(fact.Definition);
        if (isMisdefined)
        {
            tally.CountRefuted(_entries!.KeyOf(home));
            fact.Definition = home.Current.Definition;
            Supersede(home, fact);
            WriteNodeAnew(home);
        }
        else
        {
            tally.Applied++;
            Supersede(home, fact);
        }
    }

    private void Supersede(NodeEntry home, Fact fact)
    {
        Node before = home.Current;
        NodeDefinition definition = fact.Definition!;
        bool changesHands = IsMine(before) != (fact.Version.Origin == Origin);
        bool definitionChanged = before.IsPlaceholder || !before.Definition.Equals(definition);
        bool isVisible = definitionChanged || !SameInSight(before.Checks, fact.Checks);
        long index = isVisible ? ++_index : _index;
        List<Check> checks = NodeChecksOf(before, fact.Checks, changesHands, index);
        ForgetMissingNodeChecks(home, before.Checks, checks);
        foreach (Check check in checks)
        {
            NameCheck(home, check.Definition.Id!, null);
            check.Lease.Owner = home;
        }

        var next = new Node(
            home, definition, CheckList.Of(checks), fact.Version, before.CreateIndex, definitionChanged ? index : before.ModifyIndex);
        _tombstones.Remove(definition.Name, "");
        ReplaceNode(home, next, index, isVisible, TimelineKind.Changed, $"node \"{definition.Name}\" changed, from {ServerName(fact.Version.Origin)}", isLocal: false);
        foreach (Check check in home.Current.Checks)
        {
            bool runs = check.Lease.Deadline != 0 && Named(before.Checks, check.Definition.Id)?.Status == check.Status;
            if (!runs)
            {
                Arm(check);
            }
        }

        if (definitionChanged)
        {
            NodesPoint.Publish(index, _wakes);
            _instancesMoved = true;
        }
        else if (!isVisible)
        {
            Emit(new CatalogChange { Kind = ChangeKind.Node, Version = next.Version, Index = next.ModifyIndex, NodeBefore = before, Node = home.Current }, isLocal: false);
        }
    }

    private List<Check> NodeChecksOf(Node before, List<FactCheck> checks, bool changesHands, long index)
    {
        var merged = new List<Check>(checks.Count);
        foreach (FactCheck next in checks)
        {
            Check? present = Named(before.Checks, next.Definition.Id);
            bool isSame = present is not null && present.Definition.Equals(next.Definition);
            bool isSameStatus = isSame && present!.Status == next.Status;
            merged.Add(NewCheck(
                next.Definition, next.Status, next.StatusVersion, CheckOutput.Cut(next.Output, next.Definition.OutputMaxSize), present?.CreateIndex ?? index,
                isSameStatus ? present!.ModifyIndex : index, isSame && !changesHands ? present!.Lease : new CheckLease()));
        }

        merged.Sort(static (left, right) => string.CompareOrdinal(left.Definition.Id, right.Definition.Id));
        return merged;
    }

    private void ForgetMissingNodeChecks(NodeEntry home, CheckList before, List<Check> after)
    {
        foreach (Check check in before)
        {
            Check? kept = Named(after, check.Definition.Id);
            if (!ReferenceEquals(kept?.Lease, check.Lease))
            {
                Disarm(check.Lease);
            }

            if (kept is null)
            {
                UnnameCheck(home, check.Definition.Id!, null);
            }
        }
    }

    /// <summary>A node of which nothing is known but that instances live on it.</summary>
    private NodeEntry AddPlaceholder(string name, string address)
    {
        long index = ++_index;
        if (_tombstones.TryGet(name, "", out Tombstone? tombstone))
        {
            (name, address) = (tombstone.Node, tombstone.Address);
        }

        var home = new NodeEntry(name, index);
        home.Current = new Node(home, PlaceholderOf(name, address), default, default, index, index);
        _nodes[name] = home;
        ReenterTombstone(name);
        Statistics.Nodes++;
        NodesPoint.Publish(index, _wakes);
        Emit(new CatalogChange { Kind = ChangeKind.Node, Version = default, Index = index, Node = home.Current }, isLocal: false);
        return home;
    }

    /// <summary>What is left of a node that was removed elsewhere while something was registered on it here.</summary>
    private void BecomePlaceholder(NodeEntry home, Tombstone tombstone, string cause)
    {
        Node before = home.Current;
        ForgetMissingNodeChecks(home, before.Checks, []);
        NodeDefinition definition = PlaceholderOf(tombstone.Node, tombstone.Address);
        bool isVisible = before.Checks.Count > 0 || !before.Definition.Equals(definition);
        long index = isVisible ? ++_index : _index;
        var next = new Node(home, definition, default, default, before.CreateIndex, isVisible ? index : before.ModifyIndex);
        ReplaceNode(home, next, index, isVisible, TimelineKind.Changed, cause, isLocal: false);
        ReenterTombstone(tombstone.Node);
        if (isVisible)
        {
            NodesPoint.Publish(index, _wakes);
            _instancesMoved = true;
        }
    }

    /// <summary>A node that is not registered goes with its last instance.</summary>
    private void DropIfVacant(NodeEntry home)
    {
        bool isVacant = home.Current.IsPlaceholder && home.Instances.Count == 0 && !ReferenceEquals(home, _local) && _nodes.TryRemove(home.Current.Name, out _);
        if (isVacant)
        {
            long index = ++_index;
            ReenterTombstone(home.Current.Name);
            Statistics.Nodes--;
            NodesPoint.Publish(index, _wakes);
            home.Point.Publish(index, _wakes);
            Emit(new CatalogChange { Kind = ChangeKind.NodeRemoved, Version = default, Index = index, Node = home.Current }, isLocal: false);
        }
    }

    private NodeDefinition PlaceholderOf(string name, string address) => new() { Name = name, Address = address, Datacenter = Options.Datacenter };

    private EntryVersion NextVersionOf(NodeEntry home)
    {
        if (_entries is not null)
        {
            _tombstones.Remove(home.Current.Name, "");
        }

        return _versions.Next();
    }
}
