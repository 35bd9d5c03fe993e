using Muster.Model;

namespace Muster.Catalog;

// Checks: their definitions, and the health state machine.
public sealed partial class Catalog
{
    /// <summary>
    /// A heartbeat in its usual form: a TTL check of this server's node (or else the only one of this id, on any node)
    /// that is passing stays passing. Moves one deadline; no lock, no version, no log, and on this server's node nothing
    /// allocated. False when it is anything else: report it with <see cref="ReportCheck"/>.
    /// </summary>
    /// <param name="checkId">The check's id.</param>
    /// <param name="output">The output that comes with it; must equal the present one.</param>
    public bool TryPass(ReadOnlySpan<char> checkId, ReadOnlySpan<char> output)
    {
        if (_local is null
            || (!TryFindCheck(_local, checkId, out Instance? instance, out Check? check)
                && !TryFindElsewhere(checkId, out instance, out check))
            || check.Definition.Kind != CheckKind.Ttl
            || check.Status != HealthStatus.Passing
            || !output.SequenceEqual(check.Output)
            || (instance is not null && StateCheck.AwaitsResult(instance))
            || !Extend(check.Lease, check.Definition.Ttl))
        {
            return false;
        }

        Statistics.CountRenewal();
        return true;
    }

    /// <summary>Reports the result of a check.</summary>
    /// <param name="node">The node the check is on.</param>
    /// <param name="checkId">The check.</param>
    /// <param name="status">The status reported.</param>
    /// <param name="output">Text for people; cut to the check's limit.</param>
    /// <param name="kind">Who reports. Probes are subject to the check's thresholds.</param>
    public CommandResult ReportCheck(string node, string checkId, HealthStatus status, string output, ReportKind kind)
    {
        using Writing writing = Begin();
        if (!_nodes.TryGetValue(node, out NodeEntry? home))
        {
            return CommandResult.Refused(CatalogError.UnknownNode, node);
        }

        if (!TryFindCheck(home, checkId, out Instance? instance, out Check? check))
        {
            return CommandResult.Refused(CatalogError.UnknownCheck, checkId);
        }

        if (kind == ReportKind.Ttl && check.Definition.Kind != CheckKind.Ttl)
        {
            return CommandResult.Refused(CatalogError.NotTtlCheck, checkId);
        }

        if (StateCheck.IsState(check) && instance is not null)
        {
            return CommandResult.Refused(CatalogError.Invalid, $"\"{checkId}\" is the instance's state, which is set and not reported");
        }

        if ((kind == ReportKind.Probe || check.Definition.Kind == CheckKind.Alias) && !(instance is null ? Runs(home.Current) : Runs(instance, check)))
        {
            return CommandResult.Done(_sequence); // begun before another server became responsible
        }

        bool isGood = status == HealthStatus.Passing; // one that does not count yet leaves a check passing, too
        if (kind == ReportKind.Probe)
        {
            status = HealthStreak.Judge(check, status);
            if (status == HealthStatus.Critical && check.Status != HealthStatus.Critical
                && !Preservation.MayFail(home, instance, check, instance is null ? null : _services[instance.Data.Service]))
            {
                output = Preservation.Explain(check.Status, output);
                status = check.Status;
            }
            else if (status < check.Status && !TryRecover(check.Lease))
            {
                // it is well right now, which is no time to count towards its removal
                Arm(check);
                output = FlapLimit.Explain(check.Status, Options, output);
                status = check.Status;
            }
        }

        output = CheckOutput.Cut(output, check.Definition.OutputMaxSize);

        // Most results move nothing: only a transition needs words.
        string cause = status == check.Status ? "" : $"check \"{checkId}\" {check.Status.ToText()} -> {status.ToText()}{Because(output)}";
        SetStatus(home, instance, check, status, output, cause);
        if (isGood && status == HealthStatus.Passing && instance is not null && StateCheck.AwaitsResult(instance))
        {
            EndStarting(home, home.Instances.Find(instance.Data.Id)!, $"check \"{checkId}\" passed");
        }

        return CommandResult.Done(_sequence);
    }

    /// <summary>Adds a check to an instance or, with no instance named, to a node; or changes one.</summary>
    /// <param name="node">The node.</param>
    /// <param name="instanceId">The instance, null for the node itself.</param>
    /// <param name="definition">The check.</param>
    /// <param name="status">The status to set at once; null keeps that of a check that was there, and else takes the definition's initial one.</param>
    /// <param name="output">The output that goes with <paramref name="status"/>.</param>
    public CommandResult RegisterCheck(string node, string? instanceId, CheckDefinition definition, HealthStatus? status, string? output)
    {
        using Writing writing = Begin();
        return SetCheck(node, instanceId, definition, status, output, cause: null);
    }

    private CommandResult SetCheck(string node, string? instanceId, CheckDefinition definition, HealthStatus? status, string? output, string? cause)
    {
        if (!_nodes.TryGetValue(node, out NodeEntry? home))
        {
            return CommandResult.Refused(CatalogError.UnknownNode, node);
        }

        if (IsTooLarge(definition))
        {
            return TooLarge("a check's definition", Options.MaxCheckBytes);
        }

        if (instanceId is null)
        {
            return SetNodeCheck(home, definition, status, output, cause);
        }

        if (home.Instances.Find(instanceId) is not { } before)
        {
            return CommandResult.Refused(CatalogError.UnknownInstance, instanceId);
        }

        long index = _index + 1;
        List<Check> merged = MergeChecks(before, instanceId, before.Data.Service, [definition], replace: false, index, status, output);
        if (merged.Count > Options.MaxChecksPerOwner)
        {
            return CommandResult.Refused(CatalogError.LimitReached, $"at most {Options.MaxChecksPerOwner} checks for one instance");
        }

        Check next = Named(merged, definition.Id)!;
        if (SameChecks(before.Checks, merged))
        {
            Prolong(next);
            return CommandResult.Done(_sequence);
        }

        Check? present = Named(before.Checks, definition.Id);
        if (present is not null && OnlyOutputDiffers(present, next))
        {
            SetStatus(home, before, present, next.Status, next.Output, cause: "");
            return CommandResult.Done(_sequence);
        }

        if (RefuseUntellable("an instance", before.Data.Packed.Length + BytesOf(node, before.Data.Service), merged) is { } refusal)
        {
            return refusal;
        }

        index = TakeOver(home, instanceId, [definition]);
        cause ??= WhatChanged(before.CheckIdOf(next), present, next);
        PutAnew(home, before, merged, index, cause);
        return CommandResult.Done(_sequence);
    }

    /// <summary>Removes a check from its instance or node.</summary>
    public CommandResult DeregisterCheck(string node, string checkId)
    {
        using Writing writing = Begin();
        if (!_nodes.TryGetValue(node, out NodeEntry? home))
        {
            return CommandResult.Refused(CatalogError.UnknownNode, node);
        }

        if (!TryFindCheck(home, checkId, out Instance? before, out Check? check))
        {
            return CommandResult.Refused(CatalogError.UnknownCheck, checkId);
        }

        RemoveCheck(home, before, check, check.Definition.Kind == CheckKind.Maintenance ? "maintenance ended" : $"check \"{checkId}\" removed");
        return CommandResult.Done(_sequence);
    }

    /// <summary>
    /// Starts or ends maintenance of an instance or, with no instance named, of a whole node. Of an instance it is a state
    /// that is set, <see cref="InstanceState.OutOfService"/>; ending it ends any other that was set.
    /// </summary>
    public CommandResult SetMaintenance(string node, string? instanceId, bool enable, string reason)
    {
        if (instanceId is not null)
        {
            return enable ? SetState(node, instanceId, InstanceState.OutOfService, reason) : ClearState(node, instanceId);
        }

        const string Id = "_node_maintenance";
        if (enable)
        {
            var check = new CheckDefinition { Id = Id, Kind = CheckKind.Maintenance, Notes = reason, Name = "Node Maintenance Mode" };
            using Writing writing = Begin();
            return SetCheck(node, null, check, HealthStatus.Critical, "", $"maintenance started{Because(reason)}");
        }

        CommandResult result = DeregisterCheck(node, Id);
        return result.Error == CatalogError.UnknownCheck ? CommandResult.Done(_sequence) : result;
    }

    private void SetStatus(NodeEntry home, Instance? instance, Check check, HealthStatus status, string output, string cause)
    {
        bool transition = status != check.Status;
        if (!transition && output == check.Output)
        {
            Prolong(check);
            return;
        }

        long index = transition ? ++_index : check.ModifyIndex;

        // Peers take a node as a whole, by its version; that of a check's status tells them nothing more.
        EntryVersion version = !transition ? check.StatusVersion : instance is null ? NextVersionOf(home) : _versions.Next();
        Check next = check.With(status, version, output, index);
        if (transition)
        {
            Arm(next);
        }
        else
        {
            Prolong(next);
        }

        if (instance is null)
        {
            Node node = home.Current;
            CheckList checks = node.Checks.Replace(check, next);
            var changed = new Node(home, node.Definition, checks, transition ? version : node.Version, node.CreateIndex, node.ModifyIndex);
            if (transition)
            {
                ReplaceNode(home, changed, index, wake: true, TimelineKind.Health, $"node \"{node.Name}\": {cause}");
            }
            else
            {
                SetNodeOutput(home, changed);
            }

            return;
        }

        Instance after = instance.With(instance.Checks.Replace(check, next), transition ? index : instance.ChangeIndex);
        Enter(home, after);
        ServiceEntry service = _services[instance.Data.Service];
        Publish(service, instance, after, index, transition);
        if (transition)
        {
            home.Point.Publish(index, _wakes);
            _checksMoved = true;
            Record(service, TimelineKind.Health, after, index, cause);
            Emit(new CatalogChange { Kind = ChangeKind.CheckStatus, Version = version, Index = index, Before = instance, After = after, Check = next });
        }
    }

    private void RemoveCheck(NodeEntry home, Instance? instance, Check check, string cause)
    {
        long index = ++_index;
        var rest = new List<Check>();
        foreach (Check other in instance?.Checks ?? home.Current.Checks)
        {
            if (!ReferenceEquals(other, check))
            {
                rest.Add(other);
            }
        }

        if (instance is not null)
        {
            PutAnew(home, instance, rest, index, cause);
            return;
        }

        Disarm(check.Lease);
        UnnameCheck(home, check.Definition.Id!, null);
        Node node = home.Current;
        ReplaceNode(home, new Node(home, node.Definition, CheckList.Of(rest), NextVersionOf(home), node.CreateIndex, node.ModifyIndex), index, wake: true,
            TimelineKind.Changed, $"node \"{node.Name}\": {cause}");
    }

    private bool TryRecover(CheckLease lease)
    {
        long ticks = Options.FlapWindow.Ticks / Options.Tick.Ticks / Math.Max(1, Options.FlapRecoveries);
        return FlapLimit.TryRecover(lease, _clock.Ticks, ticks, Options.FlapRecoveries);
    }

    private void Arm(Check check)
    {
        CheckDefinition definition = check.Definition;
        if (check.Status == HealthStatus.Critical)
        {
            // only instances are removed, never their nodes, and only by the responsible server
            if (definition.DeregisterAfter <= TimeSpan.Zero || check.Lease.Owner is not Instance instance || !IsMine(instance.Tenure) || IsOutOfReach(instance, check))
            {
                Disarm(check.Lease);
                return;
            }

            check.Lease.OpenFixed(_clock.DeadlineAfter(definition.DeregisterAfter));
            _wheel.Schedule(check.Lease);
        }
        else if (definition.Kind == CheckKind.Ttl)
        {
            Open(check.Lease, definition.Ttl, follows: !IsMine(check.Lease.Owner));
        }
        else
        {
            Disarm(check.Lease);
        }
    }

    private void Disarm(WheelEntry lease)
    {
        lease.Close();
        _wheel.Cancel(lease);
    }

    /// <summary>Renews a lease; any thread. Moves the deadline of a lease that runs; if another server is responsible for it, that one is told.</summary>
    private bool Extend(WheelEntry lease, TimeSpan lasts)
    {
        if (!lease.TryExtend(_clock.DeadlineAfter(lasts), _clock.Ticks))
        {
            return false;
        }

        if (lease.Follows)
        {
            TellOwner(lease);
        }

        return true;
    }

    private void Prolong(Check check)
    {
        if (check.Definition.Kind == CheckKind.Ttl && Extend(check.Lease, check.Definition.Ttl))
        {
            Statistics.CountRenewal();
        }
    }

    private static bool OnlyOutputDiffers(Check before, Check after) =>
        before.Status == after.Status && before.Definition.Equals(after.Definition);

    /// <summary>The cause of a change that was made by registering a check, perhaps once more.</summary>
    private static string WhatChanged(string id, Check? before, Check after) =>
        before is null ? $"check \"{id}\" registered, {after.Status.ToText()}{Because(after.Output)}"
        : before.Status != after.Status ? $"check \"{id}\" {before.Status.ToText()} -> {after.Status.ToText()}{Because(after.Output)}"
        : $"check \"{id}\" changed";

    private static string Because(string output)
    {
        const int Most = 120;
        return output.Length == 0 ? "" : output.Length <= Most ? $": {output}" : $": {output.AsSpan(0, Most)}...";
    }
}
