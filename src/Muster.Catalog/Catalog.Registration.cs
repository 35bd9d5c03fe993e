using Muster.Model;

namespace Muster.Catalog;

// Registration and removal of instances.
public sealed partial class Catalog
{
    /// <summary>
    /// Registers an instance on a node, or changes one. An identical registration changes nothing, but counts as a sign
    /// of life. Checks that were there and are named again keep their status; others stay, unless
    /// <paramref name="replaceExistingChecks"/>. A state that somebody set stays.
    /// </summary>
    /// <remarks>
    /// A lower epoch than the instance's is refused. A higher one begins another life: checks start from their initial
    /// status, and draining, which the former life had begun, is over. Without one the instance keeps its own.
    /// </remarks>
    /// <param name="node">The name of a registered node.</param>
    /// <param name="definition">The instance.</param>
    /// <param name="checks">Its checks; ids unique. A state is not registered: see <see cref="SetState"/>.</param>
    /// <param name="replaceExistingChecks">Remove the checks that are not named.</param>
    /// <param name="cause">For the timeline: who asked.</param>
    public CommandResult Register(
        string node, InstanceDefinition definition, IReadOnlyList<CheckDefinition> checks, bool replaceExistingChecks, string cause)
    {
        using Writing writing = Begin();
        return RegisterHere(node, definition, checks, replaceExistingChecks, cause);
    }

    private CommandResult RegisterHere(
        string node, InstanceDefinition definition, IReadOnlyList<CheckDefinition> checks, bool replaceExistingChecks, string cause)
    {
        if (!_nodes.TryGetValue(node, out NodeEntry? home))
        {
            return CommandResult.Refused(CatalogError.UnknownNode, node);
        }

        Instance? before = home.Instances.Find(definition.Id);
        if (before is null && Statistics.Instances >= Options.MaxInstances)
        {
            return CommandResult.Refused(CatalogError.LimitReached, $"at most {Options.MaxInstances} instances");
        }

        if (checks.Any(IsTooLarge))
        {
            return TooLarge("a check's definition", Options.MaxCheckBytes);
        }

        long current = before is null ? _tombstones.EpochOf(node, definition.Id) : before.Data.Epoch;
        if (IsStale(definition.Epoch, current))
        {
            return Stale(definition.Id, definition.Epoch, current);
        }

        long index = _index + 1;
        bool isNewLife = before is not null && definition.Epoch > current;
        List<Instance> former = before is null ? FindFormer(home, definition) : [];
        Instance? known = before ?? (former.Count > 0 ? former[0] : null);
        List<Check> merged = MergeChecks(isNewLife ? null : known, definition.Id, definition.Service, checks, replaceExistingChecks, index);
        KeepState(merged, known, definition, isNewLife, index);
        if (merged.Count > Options.MaxChecksPerOwner)
        {
            return CommandResult.Refused(CatalogError.LimitReached, $"at most {Options.MaxChecksPerOwner} checks for one instance");
        }

        definition = KeepOverriddenTags(definition, before);
        definition = before is null || definition.Epoch == current || definition.Epoch > 0 ? definition : definition with { Epoch = current };
        ServiceEntry service = NamedEntryFor(definition.Service);
        InstanceData data = InstanceData.Pack(
            definition.Service == service.Name ? definition : definition with { Service = service.Name }, _scratch);
        if (data.Packed.Length > Options.MaxInstanceBytes)
        {
            return TooLarge("an instance", Options.MaxInstanceBytes);
        }

        if (before is not null && data.Equals(before.Data))
        {
            if (SameChecks(before.Checks, merged))
            {
                RenewAll(before);
                KeepTenure(before, cause);
                return CommandResult.Done(_sequence);
            }

            data = before.Data;
        }

        if (RefuseUntellable("an instance", data.Packed.Length + BytesOf(node, service.Name), merged) is { } refusal)
        {
            return refusal;
        }

        RenewNamed(before, merged, checks);
        index = TakeOver(home, definition.Id, definition.IsStarting ? [.. checks, StateCheck.Starting(definition.Id)] : checks);
        var tenure = new Tenure((before?.Tenure.Epoch ?? 0) + 1, Origin);
        uint registered = known is null || isNewLife ? (uint)_time.GetUtcNow().ToUnixTimeSeconds() : known.RegisteredSeconds;
        Put(home, service, before, data, before is null && known is not null ? MoveChecks(merged, known) : merged, index, cause, isNewLife, tenure, registered);
        KeepOnlyHere(home, before, former);
        return CommandResult.Done(_sequence);
    }

    /// <summary>Removes an instance from a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="cause">For the timeline: who asked.</param>
    /// <param name="epoch">The epoch of who asks, 0 for none: refused when the instance has a higher one.</param>
    public CommandResult Deregister(string node, string instanceId, string cause, long epoch = 0)
    {
        using Writing writing = Begin();
        if (!_nodes.TryGetValue(node, out NodeEntry? home))
        {
            return CommandResult.Refused(CatalogError.UnknownNode, node);
        }

        if (home.Instances.Find(instanceId) is not { } instance)
        {
            return CommandResult.Refused(CatalogError.UnknownInstance, instanceId);
        }

        if (IsStale(epoch, instance.Data.Epoch))
        {
            return Stale(instanceId, epoch, instance.Data.Epoch);
        }

        Remove(home, instance, TimelineKind.Deregistered, cause);
        return CommandResult.Done(_sequence);
    }

    /// <summary>Renews the server-side lease of an instance, and with it nothing else: no version, no index, no log.</summary>
    /// <param name="node">The node.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="epoch">
    /// The epoch of who asks, 0 for none. A higher one than the instance's means that the registration of that life never
    /// got here: for it there is no such instance.
    /// </param>
    public CommandResult Renew(string node, string instanceId, long epoch = 0)
    {
        if (!_nodes.TryGetValue(node, out NodeEntry? home))
        {
            return CommandResult.Refused(CatalogError.UnknownNode, node);
        }

        if (home.Instances.Find(instanceId) is not { } instance || epoch > instance.Data.Epoch)
        {
            return CommandResult.Refused(CatalogError.UnknownInstance, instanceId);
        }

        if (IsStale(epoch, instance.Data.Epoch))
        {
            return Stale(instanceId, epoch, instance.Data.Epoch);
        }

        if (instance.Lease is not { } lease)
        {
            return CommandResult.Refused(CatalogError.NoLease, instanceId);
        }

        if (!Extend(lease, TimeSpan.FromMilliseconds(instance.Data.LeaseMilliseconds)) && !TryRenewSettled(node, instanceId))
        {
            // it expired: gone is gone, the caller registers again
            return CommandResult.Refused(CatalogError.UnknownInstance, instanceId);
        }

        Statistics.CountRenewal();
        return CommandResult.Done(0);
    }

    /// <summary>
    /// Renews under the lock: a command may have been about to replace the lease, or to begin it anew, and has done so then.
    /// </summary>
    private bool TryRenewSettled(string node, string instanceId)
    {
        lock (_gate)
        {
            return _nodes.TryGetValue(node, out NodeEntry? home)
                && home.Instances.Find(instanceId) is { Lease: { } lease } instance
                && Extend(lease, TimeSpan.FromMilliseconds(instance.Data.LeaseMilliseconds));
        }
    }

    private void Put(
        NodeEntry home, ServiceEntry service, Instance? before, InstanceData data, List<Check> checks, long index, string cause,
        bool isNewLife = false, Tenure? newTenure = null, uint registeredSeconds = 0)
    {
        _index = index;
        bool dataChanged = before is null || !data.IsSame(before.Data);
        Tenure tenure = newTenure ?? before!.Tenure;
        bool changesHands = before is not null && IsMine(before.Tenure) != IsMine(tenure);
        InstanceLease? lease = dataChanged || changesHands ? LeaseFor(before, data, isNewLife || changesHands) : before!.Lease;
        EntryVersion version = _versions.Next();
        var after = new Instance(
            data, home.Current, changesHands ? WithNewLeases(checks) : CheckList.Of(checks), version, tenure,
            before?.CreateIndex ?? index, dataChanged ? index : before!.ModifyIndex,
            registeredSeconds == 0 ? before!.RegisteredSeconds : registeredSeconds, lease) { ChangeIndex = index };

        ForgetMissingChecks(home, before, after);
        Enter(home, after);
        if (dataChanged)
        {
            // after it can be found: who has seen this number has seen the instance
            Volatile.Write(ref _arrivals, _arrivals + 1);
        }

        NameChecks(home, after);
        OpenInstanceLease(after);
        if (before is not null && !before.Data.Service.Equals(service.Name, StringComparison.Ordinal))
        {
            // It enters before it leaves: at no moment it is nowhere, and the name it enters is not forgotten meanwhile.
            ServiceEntry left = _services[before.Data.Service];
            Remember(left, before, RemovalKind.Replaced, index, $"moved to service \"{service.Name}\": {cause}");
            Publish(service, null, after, index, wake: true);
            Publish(left, before, null, index, wake: true);
            Record(left, TimelineKind.Deregistered, before, index, $"moved to service \"{service.Name}\": {cause}");
        }
        else
        {
            Publish(service, before, after, index, wake: true);
        }

        home.Point.Publish(index, _wakes);
        _instancesMoved |= dataChanged;
        _checksMoved |= before is null ? checks.Count > 0
            : !SameChecks(before.Checks, after.Checks) || (checks.Count > 0 && !SameInChecks(before.Data, data));
        _tombstones.Remove(home.Current.Name, after.Data.IdText);
        Record(service, before is null ? TimelineKind.Registered : TimelineKind.Changed, after, index, cause);
        Emit(new CatalogChange { Kind = ChangeKind.Instance, Version = version, Index = index, Before = before, After = after });
    }

    private void Remove(NodeEntry home, Instance instance, TimelineKind kind, string cause, RemovalKind? removalKind = null)
    {
        long index = ++_index;
        Withdraw(home, instance);
        ServiceEntry service = _services[instance.Data.Service];
        Removal removal = Remember(service, instance, removalKind ?? RemovalKindOf(kind), index, cause);
        Publish(service, instance, null, index, wake: true);
        home.Point.Publish(index, _wakes);
        Bury(home, instance, service, kind, removal);
        if (SidecarOf(home, instance) is { } sidecar)
        {
            Remove(home, sidecar, kind, $"its instance \"{instance.Data.IdText}\" went: {cause}");
        }

        DropIfVacant(home);
    }

    /// <summary>What a list of checks shows of the service a check belongs to.</summary>
    private static bool SameInChecks(InstanceData left, InstanceData right) => left.Service == right.Service && SameTags(left, right);

    /// <summary>Tells everybody but the watchers of its service and node that an instance is gone, and leaves its tombstone.</summary>
    private void Bury(NodeEntry home, Instance instance, ServiceEntry service, TimelineKind kind, Removal removal)
    {
        EntryVersion version = _versions.Next();
        _instancesMoved = true;
        _checksMoved |= instance.Checks.Count > 0;
        var tombstone = new Tombstone(home.Current.Name, instance.Data.IdText, version, instance.Data.Epoch)
        {
            Kind = removal.Kind, Cause = removal.Cause, Ended = removal.Kind == RemovalKind.Expired ? EntryState.Of(instance) : default,
        };
        AddTombstone(tombstone);
        Record(service, kind, instance, removal.Index, removal.Cause);
        Emit(new CatalogChange { Kind = ChangeKind.InstanceRemoved, Version = version, Index = removal.Index, Before = instance, Removal = removal, Tombstone = tombstone });
    }

    /// <summary>
    /// Where others may change the tags, what they changed outlives the owner's next registration; a change of theirs is
    /// one that differs from what was there.
    /// </summary>
    private static InstanceDefinition KeepOverriddenTags(InstanceDefinition definition, Instance? before)
    {
        bool mayBeOverridden = definition.EnableTagOverride && before is { Data.EnableTagOverride: true };
        if (mayBeOverridden && before!.Data.TagsOverridden && !definition.TagsOverridden)
        {
            return definition with { Tags = before.Data.Unpack().Tags, TagsOverridden = true };
        }

        bool differs = mayBeOverridden && definition.TagsOverridden
            && (before!.Data.TagsOverridden || !before.Data.Unpack().Tags.SequenceEqual(definition.Tags));
        return definition.TagsOverridden == differs ? definition : definition with { TagsOverridden = differs };
    }

    /// <summary>Takes an instance out of the lookups and stops its deadlines.</summary>
    private void Withdraw(NodeEntry home, Instance instance)
    {
        home.Instances.Remove(instance.Data.Id);
        _places?.Remove(InstanceTable.Hash(instance.Data.Id), home);
        foreach (Check check in instance.Checks)
        {
            Disarm(check.Lease);
            if (check.Definition.Id is { } id)
            {
                UnnameCheck(home, id, instance);
            }
        }

        if (instance.Lease is { } lease)
        {
            Disarm(lease);
        }
    }

    /// <summary>Whether something comes from an earlier life than the one that counts.</summary>
    private static bool IsStale(long epoch, long current) => epoch > 0 && epoch < current;

    private CommandResult Stale(string instanceId, long epoch, long current)
    {
        Statistics.CountStaleCall();
        return CommandResult.Stale(instanceId, epoch, current);
    }

    private static CommandResult TooLarge(string what, int most) =>
        CommandResult.Refused(CatalogError.TooLarge, $"{what} takes at most {most} bytes");

    private InstanceLease? LeaseFor(Instance? before, InstanceData data, bool isNewLife)
    {
        InstanceLease? present = before?.Lease;
        if (present is not null && (isNewLife || data.LeaseMilliseconds == 0))
        {
            // a renewal of the former life that is just under way finds it closed
            Disarm(present);
            present = null;
        }

        if (data.LeaseMilliseconds == 0)
        {
            return null;
        }

        // a changed registration is a sign of life, and may have changed the length
        present?.Close();
        return present ?? new InstanceLease();
    }

    private void RenewAll(Instance instance)
    {
        foreach (Check check in instance.Checks)
        {
            if (check.Definition.Kind == CheckKind.Ttl)
            {
                Extend(check.Lease, check.Definition.Ttl);
            }
        }

        RenewLease(instance);
        Statistics.CountRenewal();
    }

    /// <summary>A registration is a sign of life, whatever else it changes: of the instance, and for the checks that it names.</summary>
    private void RenewNamed(Instance? before, List<Check> merged, IReadOnlyList<CheckDefinition> named)
    {
        RenewLease(before);
        foreach (CheckDefinition definedAgain in named)
        {
            if (Named(merged, definedAgain.Id) is { } check)
            {
                Prolong(check);
            }
        }
    }

    private void RenewLease(Instance? instance)
    {
        if (instance?.Lease is { } lease)
        {
            Extend(lease, TimeSpan.FromMilliseconds(instance.Data.LeaseMilliseconds));
        }
    }
}
