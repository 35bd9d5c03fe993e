using Muster.Model;

namespace Muster.Catalog;

// The state of an instance: whether it is meant to get work.
public sealed partial class Catalog
{
    /// <summary>
    /// Sets the state of an instance. It stays, also when the instance registers again, until another one is set or
    /// <see cref="ClearState"/> ends it; <see cref="InstanceState.Up"/> ends whatever kept the instance from work, its own
    /// <see cref="InstanceState.Starting"/> too.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="state">The state.</param>
    /// <param name="reason">For people; may be empty.</param>
    /// <param name="epoch">The epoch of who asks, 0 for none: refused when the instance has a higher one.</param>
    public CommandResult SetState(string node, string instanceId, InstanceState state, string reason, long epoch = 0)
    {
        CheckDefinition? check = state == InstanceState.Up ? null : StateCheck.Override(instanceId, state, reason);
        using Writing writing = Begin();
        return ReplaceState(node, instanceId, check, epoch, present => check is null || StateCheck.IsOverride(present), reason, only: null);
    }

    /// <summary>Ends a state that was set; what the instance says about itself counts again. Nothing set is no error.</summary>
    /// <param name="node">The node.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="only">Ends only this state, and leaves others; null for any.</param>
    /// <param name="epoch">The epoch of who asks, 0 for none: refused when the instance has a higher one.</param>
    public CommandResult ClearState(string node, string instanceId, InstanceState? only = null, long epoch = 0)
    {
        using Writing writing = Begin();
        return ReplaceState(node, instanceId, null, epoch, StateCheck.IsOverride, "", only);
    }

    /// <summary>An instance that registered as starting says that it is ready. A state that somebody set stays; nothing to end is no error.</summary>
    /// <param name="node">The node.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="cause">For the timeline: how it said so.</param>
    public CommandResult EndStarting(string node, string instanceId, string cause)
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

        if (StateCheck.AwaitsResult(instance))
        {
            EndStarting(home, instance, cause);
        }

        return CommandResult.Done(_sequence);
    }

    private CommandResult ReplaceState(
        string node, string instanceId, CheckDefinition? next, long epoch, Predicate<Check> ends, string reason, InstanceState? only)
    {
        if (!_nodes.TryGetValue(node, out NodeEntry? home))
        {
            return CommandResult.Refused(CatalogError.UnknownNode, node);
        }

        if (home.Instances.Find(instanceId) is not { } before)
        {
            return CommandResult.Refused(CatalogError.UnknownInstance, instanceId);
        }

        if (IsStale(epoch, before.Data.Epoch))
        {
            return Stale(instanceId, epoch, before.Data.Epoch);
        }

        if (next is not null && IsTooLarge(next))
        {
            return TooLarge("a check's definition", Options.MaxCheckBytes);
        }

        if (only is not null && before.State != only)
        {
            return CommandResult.Done(_sequence);
        }

        long index = next is null ? _index + 1 : TakeOver(home, instanceId, [next]);
        var checks = new List<Check>();
        Check? present = null;
        foreach (Check check in before.Checks)
        {
            bool isPredecessor = check.Definition.Id == next?.Id && next is not null;
            present = isPredecessor ? check : present;
            if (!isPredecessor && !(StateCheck.IsState(check) && ends(check)))
            {
                checks.Add(check);
            }
        }

        if (next is not null)
        {
            checks.Add(MergeCheck(present, next, index, HealthStatus.Critical, ""));
            SortChecks(checks, instanceId);
        }

        if (SameChecks(before.Checks, checks))
        {
            return CommandResult.Done(_sequence);
        }

        if (checks.Count > Options.MaxChecksPerOwner)
        {
            return CommandResult.Refused(CatalogError.LimitReached, $"at most {Options.MaxChecksPerOwner} checks for one instance");
        }

        if (RefuseUntellable("an instance", before.Data.Packed.Length + BytesOf(node, before.Data.Service), checks) is { } refusal)
        {
            return refusal;
        }

        InstanceState after = StateCheck.StateOf(CheckList.Of(checks));
        PutAnew(home, before, checks, index, CauseOf(before.State, after, reason));
        return CommandResult.Done(_sequence);
    }

    private static string CauseOf(InstanceState before, InstanceState after, string reason) =>
        after == InstanceState.OutOfService ? $"maintenance started{Because(reason)}"
        : before == InstanceState.OutOfService && after == InstanceState.Up ? "maintenance ended"
        : $"state {before.ToText()} -> {after.ToText()}{Because(reason)}";

    /// <summary>
    /// Adds to the checks of a registration those that are the instance's state: what somebody set stays, but for draining,
    /// which was about the process that was there before; and starting is what a registration says that said otherwise before.
    /// </summary>
    private void KeepState(List<Check> merged, Instance? before, InstanceDefinition definition, bool isNewLife, long index)
    {
        merged.RemoveAll(StateCheck.IsState);
        Check? starting = null;
        bool sorted = true;
        foreach (Check check in before?.Checks ?? default)
        {
            if (StateCheck.IsStarting(check))
            {
                starting = check;
            }
            else if (StateCheck.IsOverride(check) && !(isNewLife && check.Definition.Kind == CheckKind.Draining)
                && Named(merged, check.Definition.Id) is null)
            {
                merged.Add(check);
                sorted = false;
            }
        }

        bool isStill = before is { Data.IsStarting: true } && !isNewLife;
        if (definition.IsStarting && (starting is not null || !isStill))
        {
            Check? present = isNewLife ? null : starting;
            merged.Add(MergeCheck(present, StateCheck.Starting(definition.Id), index, HealthStatus.Critical, ""));
            sorted = false;
        }

        if (!sorted)
        {
            SortChecks(merged, definition.Id);
        }
    }

    /// <summary>The first good result of an instance that registered as starting: it is up.</summary>
    private void EndStarting(NodeEntry home, Instance before, string cause)
    {
        var checks = new List<Check>();
        foreach (Check check in before.Checks)
        {
            if (!StateCheck.IsStarting(check))
            {
                checks.Add(check);
            }
        }

        InstanceState after = StateCheck.StateOf(CheckList.Of(checks));
        PutAnew(home, before, checks, _index + 1, $"state {before.State.ToText()} -> {after.ToText()}: {cause}");
    }
}
