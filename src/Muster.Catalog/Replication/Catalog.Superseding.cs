using System.Runtime.InteropServices;
using Muster.Model;

namespace Muster.Catalog;

// Putting merged states in place: as one command, in which each service is published once. Under the lock.
public sealed partial class Catalog
{
    /// <summary>True while something is carried out that is no sign of life of the instance itself.</summary>
    private bool _isHearsay;

    /// <summary>Puts an instance's next state in place, but for publishing it.</summary>
    private Instance Supersede(
        MergeBatch batch, NodeEntry home, Instance? before, InstanceData data, IReadOnlyList<FactCheck> checks,
        EntryVersion version, Tenure tenure, uint registeredSeconds, string cause, bool isLocal)
    {
        bool dataChanged = before is null || !data.Equals(before.Data);
        data = dataChanged ? data : before!.Data;
        bool changesHands = before is not null && IsMine(before.Tenure) != IsMine(tenure);
        bool isVisible = dataChanged || !SameInSight(before!.Checks, checks);
        long index = isVisible ? ++_index : before!.ChangeIndex;
        List<Check> merged = SupersedeChecks(before, checks, changesHands, index);
        Evidence evidence = changesHands ? Evidence.Of(before!) : default;
        InstanceLease? lease = SupersedeLease(before, data, changesHands);
        SortChecks(merged, data.IdText);
        var after = new Instance(
            data, home.Current, CheckList.Of(merged), version, tenure, before?.CreateIndex ?? index,
            dataChanged ? index : before!.ModifyIndex, registeredSeconds, lease) { ChangeIndex = index };
        ForgetMissingChecks(home, before, after);
        Enter(home, after);
        NameChecks(home, after);
        RearmChanged(before, after);
        OpenInstanceLease(after);
        evidence.CarryOver(after);
        _tombstones.Remove(home.Current.Name, data.IdText);
        if (dataChanged)
        {
            Volatile.Write(ref _arrivals, _arrivals + 1);
        }

        if (before?.Version != version || changesHands)
        {
            batch.Arrived.Add(after);
        }

        ServiceEntry service = _services[data.Service];
        bool movesService = before is not null && !before.Data.Service.Equals(data.Service, StringComparison.Ordinal);
        batch.Edit(service, movesService ? null : before, after, index, isVisible);
        if (movesService)
        {
            // It enters before it leaves: at no moment it is nowhere.
            ServiceEntry left = _services[before!.Data.Service];
            Remember(left, before, RemovalKind.Replaced, index, $"moved to service \"{service.Name}\": {cause}");
            batch.Edit(left, before, null, index, isVisible: true);
        }

        Check? only = before is not null && before.Version == version && before.Tenure == tenure ? OnlyChange(before.Checks, after.Checks) : null;
        var change = new CatalogChange
        {
            Kind = only is null ? ChangeKind.Instance : ChangeKind.CheckStatus, Version = only?.StatusVersion ?? version,
            Index = index, Before = before, After = after, Check = only,
        };
        TimelineKind kind = before is null ? TimelineKind.Registered : only is null ? TimelineKind.Changed : TimelineKind.Health;
        batch.Pending.Add(new PendingChange(change, service, kind, cause, isVisible, isLocal));
        return after;
    }

    /// <summary>Takes an instance out, but for publishing it, and leaves the tombstone.</summary>
    private void Withdraw(MergeBatch batch, NodeEntry home, Instance before, Tombstone tombstone)
    {
        long index = ++_index;
        Withdraw(home, before);
        ServiceEntry service = _services[before.Data.Service];
        string cause = $"{tombstone.Cause}, from {ServerName(tombstone.Version.Origin)}";
        Removal removal = Remember(service, before, tombstone.Kind, index, cause);
        batch.Edit(service, before, null, index, isVisible: true);
        AddTombstone(tombstone);
        var change = new CatalogChange { Kind = ChangeKind.InstanceRemoved, Version = tombstone.Version, Index = index, Before = before, Removal = removal, Tombstone = tombstone };
        TimelineKind kind = tombstone.Kind == RemovalKind.Expired ? TimelineKind.Expired : TimelineKind.Deregistered;
        batch.Pending.Add(new PendingChange(change, service, kind, cause, IsVisible: true, IsLocal: false));
    }

    /// <summary>Publishes what a batch has collected, and tells it.</summary>
    private void Flush(MergeBatch batch)
    {
        foreach (ServiceEdits edits in batch.Services)
        {
            Publish(edits);
        }

        var told = new HashSet<ServiceEntry>(ReferenceEqualityComparer.Instance);
        foreach (PendingChange pending in batch.Pending)
        {
            Instance? before = pending.Change.Before, after = pending.Change.After;
            NodeEntry home = (after ?? before)!.Node.Entry;
            PublishMesh(before, after, pending.Change.Index, pending.IsVisible);
            if (pending.IsVisible)
            {
                home.Point.Publish(pending.Change.Index, _wakes);
                NoteMoved(before, after);
                Record(pending.Service, pending.Kind, (after ?? before)!, pending.Change.Index, pending.Cause);
            }
            else if (told.Add(pending.Service))
            {
                // who is responsible, and the like: one event for each service, not for each instance
                Record(pending.Service, pending.Kind, after!, _index, pending.Cause);
            }

            Emit(pending.Change, pending.IsLocal);
        }

        // last: a node goes after everything that was on it
        foreach (PendingChange pending in batch.Pending)
        {
            if (pending.Change.After is null)
            {
                DropIfVacant(pending.Change.Before!.Node.Entry);
            }
        }

        batch.Clear();
    }

    /// <summary>Notes which lists of the whole catalog show a change.</summary>
    private void NoteMoved(Instance? before, Instance? after)
    {
        if (before is null || after is null)
        {
            _instancesMoved = true;
            _checksMoved |= (before ?? after)!.Checks.Count > 0;
            return;
        }

        _instancesMoved |= !after.Data.IsSame(before.Data);
        _servicesMoved |= !SameTags(before.Data, after.Data);
        _checksMoved |= !SameChecks(before.Checks, after.Checks) || (after.Checks.Count > 0 && !SameInChecks(before.Data, after.Data));
    }

    private void Publish(ServiceEdits edits)
    {
        var moved = new List<Instance>();
        Instance[] present = edits.Service.Current?.InstanceArray ?? [];
        Instance[] next = edits.Apply(present, moved);
        if (present.Length == 0 && next.Length == 0)
        {
            return; // came and went
        }

        Replace(edits.Service, next, edits.IsVisible ? edits.Index : _index, edits.IsVisible);
        if (moved.Count > 0)
        {
            CountMembers(present, next, CollectionsMarshal.AsSpan(moved));
        }
    }

    /// <summary>The checks of an instance's next state. What goes on under the same owner keeps its lease; under another one it begins anew.</summary>
    private List<Check> SupersedeChecks(Instance? before, IReadOnlyList<FactCheck> checks, bool changesHands, long index)
    {
        var merged = new List<Check>(checks.Count);
        foreach (FactCheck next in checks)
        {
            Check? present = before is null ? null : Named(before.Checks, next.Definition.Id);
            bool isSame = present is not null && present.Definition.Equals(next.Definition);
            if (isSame && present!.Status == next.Status && present.StatusVersion == next.StatusVersion && !changesHands)
            {
                merged.Add(present);
                continue;
            }

            CheckLease lease = isSame && !changesHands ? present!.Lease : new CheckLease();
            merged.Add(NewCheck(
                isSame ? present!.Definition : Common(next.Definition), next.Status, next.StatusVersion, CheckOutput.Cut(next.Output, next.Definition.OutputMaxSize),
                present?.CreateIndex ?? index, isSame && present!.Status == next.Status ? present.ModifyIndex : index, lease));
        }

        return merged;
    }

    /// <summary>A lease that goes on runs on; whose status changed, or who is out of reach now, needs another deadline or none.</summary>
    private void RearmChanged(Instance? before, Instance after)
    {
        foreach (Check check in after.Checks)
        {
            if (before is not null && Named(before.Checks, check.Definition.Id) is { } former
                && ReferenceEquals(former.Lease, check.Lease) && (former.Status != check.Status || IsOutOfReach(after, check)))
            {
                Arm(check);
            }
        }
    }

    private InstanceLease? SupersedeLease(Instance? before, InstanceData data, bool changesHands)
    {
        bool goesOn = !changesHands && before?.Lease is not null && data.LeaseMilliseconds == before.Data.LeaseMilliseconds;
        if (goesOn)
        {
            return before!.Lease;
        }

        if (before?.Lease is { } former)
        {
            Disarm(former);
        }

        return data.LeaseMilliseconds > 0 ? new InstanceLease() : null;
    }

    /// <summary>Starts a lease that does not run yet.</summary>
    private void OpenInstanceLease(Instance instance)
    {
        if (instance.Lease is { Deadline: 0 } lease)
        {
            Open(lease, TimeSpan.FromMilliseconds(instance.Data.LeaseMilliseconds), !IsMine(instance.Tenure));
        }
    }

    /// <summary>Starts a lease: on the wheel if this server is responsible, and else only to know what was heard.</summary>
    private void Open(WheelEntry lease, TimeSpan length, bool follows)
    {
        if (follows && !lease.Follows)
        {
            lease.Follow();
        }

        long deadline = _clock.DeadlineAfter(length);
        lease.OpenLease(deadline, _isHearsay ? 0 : deadline);
        if (!follows)
        {
            _wheel.Schedule(lease);
        }
    }

    private static bool SameChecks(CheckList before, CheckList after)
    {
        bool same = before.Count == after.Count;
        for (int i = 0; same && i < after.Count; i++)
        {
            same = ReferenceEquals(before[i], after[i]);
        }

        return same;
    }

    private static bool SameInSight(CheckList before, IReadOnlyList<FactCheck> after)
    {
        bool same = before.Count == after.Count;
        for (int i = 0; same && i < after.Count; i++)
        {
            same = Named(before, after[i].Definition.Id) is { } present && present.Status == after[i].Status && present.Definition.Equals(after[i].Definition);
        }

        return same;
    }

    /// <summary>The check whose status changed, when that is all that changed.</summary>
    private static Check? OnlyChange(CheckList before, CheckList after)
    {
        Check? only = null;
        foreach (Check check in after)
        {
            if (Named(before, check.Definition.Id) is { } former && former.Status == check.Status && former.StatusVersion == check.StatusVersion)
            {
                continue;
            }

            if (only is not null)
            {
                return null;
            }

            only = check;
        }

        return only;
    }
}
