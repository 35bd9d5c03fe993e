using Muster.Model;

namespace Muster.Catalog;

// Publishing: how a decided change becomes visible. All of it under the lock.
public sealed partial class Catalog
{
    private const int MostVacantLookedAt = 8;

    private long _serviceGeneration = 1;

    // What the command at work has changed in the lists of the whole catalog.
    private bool _servicesMoved, _instancesMoved, _checksMoved;

    /// <summary>
    /// Moves the lists that changed, once a command is done: its changes may be many, and a reader that got the new
    /// index with half of them would wait for the other half in vain.
    /// </summary>
    private void PublishLists()
    {
        PublishIf(ref _servicesMoved, ServicesPoint);
        PublishIf(ref _instancesMoved, InstancesPoint);
        PublishIf(ref _checksMoved, ChecksPoint);
    }

    private void PublishIf(ref bool moved, WatchPoint list)
    {
        if (moved)
        {
            moved = false;
            list.Publish(_index, _wakes);
        }
    }

    private ServiceEntry EntryFor(string service)
    {
        if (!_services.TryGetValue(service, out ServiceEntry? entry))
        {
            entry = AddEntry(service);
            Vacate(entry);
        }

        return entry;
    }

    /// <summary>The entry to register in: while it is empty, its name is written as in this registration.</summary>
    private ServiceEntry NamedEntryFor(string service)
    {
        ServiceEntry entry = EntryFor(service);
        if (entry.Current is null)
        {
            entry.Name = service;
        }

        return entry;
    }

    private ServiceEntry AddEntry(string service) =>
        _services[service] = new ServiceEntry(service, _extinction, Options.TimelineEvents);

    /// <summary>
    /// Remembers a name that has no instances, and forgets old such names that nobody watches when there are too many.
    /// Looks at a few at a time, because all of them may be watched. Never this one: whoever made it is about to use it.
    /// </summary>
    private void Vacate(ServiceEntry entry)
    {
        entry.IsVacant = true;
        _vacant.Enqueue(entry);
        for (int left = Math.Min(_vacant.Count - 1, MostVacantLookedAt); _vacant.Count > Options.MaxVacantServices && left > 0; left--)
        {
            ServiceEntry oldest = _vacant.Dequeue();
            if (oldest.Current is not null)
            {
                oldest.IsVacant = false;
            }
            else if (oldest.Point.TryClose())
            {
                _services.TryRemove(oldest.Name, out _);
            }
            else
            {
                _vacant.Enqueue(oldest);
            }
        }
    }

    /// <summary>
    /// Puts the next snapshot of a service in place: <paramref name="before"/> leaves, <paramref name="after"/> enters,
    /// or one replaces the other. Without <paramref name="wake"/> the index stays and nobody is woken: only bytes changed.
    /// </summary>
    private void Publish(ServiceEntry service, Instance? before, Instance? after, long index, bool wake)
    {
        ServiceSnapshot? old = service.Current;
        Instance[] present = old?.InstanceArray ?? [];
        Instance[] next = Next(present, before, after);
        Replace(service, next, index, wake);
        PublishMesh(before, after, index, wake);
        if (before is null || after is null)
        {
            CountMembers(present, next, [(after ?? before)!]);
        }
        else
        {
            _servicesMoved |= !SameTags(before.Data, after.Data);
        }
    }

    private void Replace(ServiceEntry service, Instance[] instances, long index, bool wake)
    {
        ServiceSnapshot? old = service.Current;
        bool empties = instances.Length == 0;
        if (empties)
        {
            // Before the snapshot goes: who finds nothing must not find the index of what was there.
            Volatile.Write(ref _extinction, Math.Max(_extinction, index));
            service.Point.Publish(index, _wakes);
        }

        ServiceSnapshot? next = empties
            ? null
            : new ServiceSnapshot(service.Name, wake || old is null ? index : old.Index, instances);
        if (old is not null)
        {
            Answers.Succeed(old, next);
        }

        service.Current = next;

        if (empties && !service.IsVacant)
        {
            Vacate(service);
        }
        else if (wake && !empties)
        {
            service.Point.Publish(index, _wakes);
        }
    }

    /// <summary>Counts who came or went (<paramref name="moved"/>), and moves the list of services if it may show that.</summary>
    private void CountMembers(Instance[] present, Instance[] next, ReadOnlySpan<Instance> moved)
    {
        Statistics.Instances += next.Length - present.Length;
        if (present.Length == 0 || next.Length == 0)
        {
            Statistics.Services += next.Length == 0 ? -1 : 1;
            Volatile.Write(ref _serviceGeneration, _serviceGeneration + 1);
            _servicesMoved = true;
            return;
        }

        // The union of tags cannot have changed if a sibling has the same ones. Asking one is enough in practice; when
        // it differs, watchers of the list of services are woken, at worst for nothing.
        foreach (Instance instance in moved)
        {
            Instance sibling = ReferenceEquals(next[0], instance) && next.Length > 1 ? next[1] : next[0];
            if (!SameTags(sibling.Data, instance.Data))
            {
                _servicesMoved = true;
                return;
            }
        }
    }

    private static Instance[] Next(Instance[] present, Instance? before, Instance? after)
    {
        Instance key = (before ?? after)!;
        int at = InstanceOrder.Search(present, key.Node.Entry.SortName, key.Data.Id);
        if (before is null)
        {
            at = ~at;
            var grown = new Instance[present.Length + 1];
            Array.Copy(present, grown, at);
            grown[at] = after!;
            Array.Copy(present, at, grown, at + 1, present.Length - at);
            return grown;
        }

        if (after is null)
        {
            var shrunk = new Instance[present.Length - 1];
            Array.Copy(present, shrunk, at);
            Array.Copy(present, at + 1, shrunk, at, shrunk.Length - at);
            return shrunk;
        }

        var changed = (Instance[])present.Clone();
        changed[at] = after;
        return changed;
    }

    private static bool SameTags(InstanceData left, InstanceData right)
    {
        if (left.IsSame(right))
        {
            return true;
        }

        PackedTexts mine = left.Tags, theirs = right.Tags;
        if (mine.Count != theirs.Count)
        {
            return false;
        }

        while (mine.MoveNext() && theirs.MoveNext())
        {
            if (!mine.Current.SequenceEqual(theirs.Current))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes <paramref name="instance"/> the one that lookups by id and expiring leases find.</summary>
    private void Enter(NodeEntry node, Instance instance)
    {
        if (_places is not null && node.Instances.Find(instance.Data.Id) is null)
        {
            _places.Add(InstanceTable.Hash(instance.Data.Id), node);
        }

        node.Instances.Set(instance);
        _entries?.Set(instance);
        foreach (Check check in instance.Checks)
        {
            check.Lease.Owner = instance;
        }

        if (instance.Lease is { } lease)
        {
            lease.Owner = instance;
        }
    }

    private void Record(ServiceEntry service, TimelineKind kind, Instance instance, long index, string cause) =>
        service.Timeline.Add(new TimelineEvent(kind, instance, _time.GetUtcNow(), index, cause));

    private void Record(ServiceEntry service, TimelineKind kind, Node node, long index, string cause) =>
        service.Timeline.Add(new TimelineEvent(kind, node, _time.GetUtcNow(), index, cause));

    private void Emit(in CatalogChange change, bool isLocal = true)
    {
        _sequence = _log.Append(change);
        Statistics.Changes++;
        foreach (ICatalogObserver observer in _observers)
        {
            observer.OnChange(change);
        }

        if (isLocal)
        {
            TellPeers(change);
        }
    }
}
