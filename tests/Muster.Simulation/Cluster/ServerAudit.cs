using Muster.Catalog;
using Muster.Model;

namespace Muster.Simulation.Cluster;

/// <summary>
/// Judges every change of one server right after the step that made it. What may be claimed while things go wrong:
/// <list type="bullet">
/// <item><b>S1</b> What the feed of changes says is what reads show and what a recovery finds (<see cref="ServerDisk"/>).</item>
/// <item><b>S2</b> No entry ever goes back to an older state, on any server, whatever arrives when; nothing turns up that nobody wrote.</item>
/// <item><b>S3</b> Only the owner expires, once it is ready, and nothing that it heard of within the TTL, directly or from a peer it could hear; an
/// expiry that arrives where a fresher sign of life was seen is refuted. A server takes over only from one that is gone, and only with a majority in sight.</item>
/// <item><b>S4</b> The index of a view never goes back on a server, and moves with every change of what the view shows.</item>
/// <item><b>S5</b> Whoever is blocked has seen what is there.</item>
/// <item><b>S7</b> While most of what a server watches is silent at once, it expires nothing.</item>
/// </list>
/// </summary>
internal sealed partial class ServerAudit(IWorld world, ClusterServer server) : ICatalogObserver
{
    public const string Lease = "\0lease";

    private readonly Dictionary<EntryName, HeldState> _states = [];
    private readonly List<CatalogChange> _changes = [];
    private readonly HashSet<string> _touched = new(StringComparer.OrdinalIgnoreCase);
    private long _clockLimit;

    public Evidence Evidence { get; private set; } = null!;

    /// <summary>What this step took over so far.</summary>
    public List<Instance> TakenOver { get; } = [];

    /// <summary>The states that this server holds or buried.</summary>
    public IReadOnlyDictionary<EntryName, HeldState> States => _states;

    public static string LeaseOf(Instance instance) => instance.Data.LeaseMilliseconds > 0 ? Lease : "";

    public static string CheckOf(Check check) => check.Definition.Id ?? "";

    public void OnChange(in CatalogChange change)
    {
        _changes.Add(change);
        if (change is { Before: { } before, After: { } after } && before.Version == after.Version && before.Tenure != after.Tenure && after.Tenure.Owner == server.Catalog.Origin)
        {
            TakenOver.Add(after);
        }
    }

    /// <summary>A removal came of something that was never here, or is gone already.</summary>
    public void OnBuried(Tombstone tombstone)
    {
        var name = new EntryName(tombstone.Node, tombstone.InstanceId);
        HeldState next = HeldState.Gone(tombstone, server.Sequence + 1);
        if (name.Id.Length > 0 && (!_states.TryGetValue(name, out HeldState? before) || next.StandsTo(before) > 0))
        {
            _states[name] = next;
        }
    }

    /// <summary>A new life begins with what the disk kept, which was found to be right.</summary>
    public void Begin(long recovered)
    {
        Evidence = new Evidence(world.Agenda, server.Options.Tick, server.Options.PauseThreshold);
        foreach ((EntryName name, HeldState state) in _states.ToList())
        {
            if (state.Removed is null || state.Sequence > recovered)
            {
                _states.Remove(name);
            }
        }

        // what was removed before something that the disk did not keep is removed again
        foreach (Tombstone tombstone in server.Catalog.Export(static () => { }).Tombstones)
        {
            _states.TryAdd(new EntryName(tombstone.Node, tombstone.InstanceId), HeldState.Gone(tombstone, 0));
        }

        foreach (Node node in server.Catalog.Nodes)
        {
            foreach (Instance instance in server.Catalog.InstancesOn(node))
            {
                _states[EntryName.Of(instance)] = HeldState.Of(instance, 0);
                BeginLeases(instance);
            }
        }

        BeginViews();
    }

    /// <summary>The data directory is lost, and with it what says where the indexes of the next life must begin.</summary>
    public void DataLost()
    {
        _states.Clear();
        _views.Clear();
    }

    /// <summary>After each step of the server.</summary>
    public void AfterStep()
    {
        if (server.Doing == StepKind.CatalogTick)
        {
            Evidence.Tick(server.Node.View.IsSynced);
        }

        if (_changes.Count == 0)
        {
            return;
        }

        _clockLimit = Math.Max(_clockLimit, VersionClock.Microseconds(server.Time.GetUtcNow()) + (long)Slack.ClockLead.TotalMicroseconds);
        foreach (CatalogChange change in _changes)
        {
            if (change.Before is { } before)
            {
                _touched.Add(before.Data.Service);
            }

            if (change.After is { } after)
            {
                _touched.Add(after.Data.Service);
            }

            switch (change.Kind)
            {
                case ChangeKind.Instance or ChangeKind.CheckStatus:
                    JudgePresence(change);
                    break;
                case ChangeKind.InstanceRemoved:
                    JudgeRemoval(change);
                    break;
            }
        }

        _changes.Clear();
        TakenOver.Clear();
        AuditViews();
    }

    private void JudgePresence(in CatalogChange change)
    {
        Instance after = change.After!;
        EntryName name = EntryName.Of(after);
        HeldState next = HeldState.Of(after, server.Sequence);
        world.Say($"{server.Name} {server.Doing}: {name} {next} {after.Status}");
        // S2: versions decide, not the order of arrival; a tombstone is forgotten only when it is old.
        SimulationFailure.Unless(
            !_states.TryGetValue(name, out HeldState? before) || next.StandsTo(before) > 0 || IsForgotten(before),
            $"S2: {name} on {server.Name} went from {before} to {next}, which is not newer");
        // R12: nothing from a clock too far ahead is taken.
        SimulationFailure.Unless(
            after.Version.Clock <= _clockLimit || after.Version.Origin == server.Catalog.Origin,
            $"S2: {server.Name} took {name} from a clock {(after.Version.Clock - _clockLimit) / 1e6 + Slack.ClockLead.TotalSeconds:0} s ahead");
        _states[name] = next;
        bool isOurs = after.Version.Origin == server.Catalog.Origin;
        bool isNew = world.Ledger.Write(name, after.Version, Ledger.ContentOf(after));
        SimulationFailure.Unless(!isNew || isOurs, $"S2: {server.Name} has {name} in a version that nobody wrote: {next}");
        if (isNew)
        {
            JudgeWriting(change, name, before);
        }

        bool isNewTenure = world.Ledger.WriteTenure(name, after.Tenure);
        SimulationFailure.Unless(!isNewTenure || after.Tenure.Owner == server.Catalog.Origin, $"S3: {server.Name} made another the owner of {name}: {next}");
        if (isNewTenure && !isNew && before is not null)
        {
            JudgeTakeOver(change.Before, after);
        }

        bool becameOwner = after.Tenure.Owner == server.Catalog.Origin && before?.Tenure.Owner != server.Catalog.Origin;
        // What is taken over gets a fresh lease; what was saved from an expiry has what is left of the sign of life that saved it.
        bool isRefutation = isNew && server.Doing == StepKind.Message;
        if ((becameOwner && !isRefutation) || change.Before is null)
        {
            BeginLeases(after);
        }
        else if (before?.Tenure.Owner == server.Catalog.Origin && after.Tenure.Owner != server.Catalog.Origin)
        {
            EndLeases(after);
        }

        foreach (Check check in after.Checks)
        {
            JudgeStatus(change, name, check, isNew);
        }
    }

    private void JudgeStatus(in CatalogChange change, EntryName name, Check check, bool isNewVersion)
    {
        bool isNew = world.Ledger.WriteStatus(name, CheckOf(check), check.StatusVersion, check.Status);
        SimulationFailure.Unless(
            !isNew || isNewVersion || check.StatusVersion.Origin == server.Catalog.Origin,
            $"S2: {server.Name} has a status of {name} that nobody reported: {check.Status}");
        Check? before = change.Before?.FindCheck(change.After!.CheckIdOf(check));
        bool wasCritical = before?.Status == HealthStatus.Critical;
        if (isNew && !isNewVersion && check.Status == HealthStatus.Critical && !wasCritical && server.Doing == StepKind.CatalogTick)
        {
            // S3: only the owner expires, and only what it did not hear of.
            SimulationFailure.Unless(
                change.Before!.Tenure.Owner == server.Catalog.Origin, $"S3: {server.Name} expired a check of {name}, which it does not own");
            SimulationFailure.Unless(server.Node.View.IsSynced, $"S3: {server.Name} expired a check of {name} before it was ready");
            SimulationFailure.Unless(
                Evidence.IsDue(name, CheckOf(check), check.Definition.Ttl),
                $"S3: {server.Name} expired a check of {name} too early: {Evidence.Describe(name, CheckOf(check))}, TTL {check.Definition.Ttl.TotalSeconds} s");
            AuditCalm(name);
        }

        if (check.Status != HealthStatus.Critical && (wasCritical || before is null))
        {
            Evidence.Hear(name, CheckOf(check), directly: false);
        }
    }

    private void JudgeRemoval(in CatalogChange change)
    {
        Instance gone = change.Before!;
        EntryName name = EntryName.Of(gone);
        if (change.IsDiscard)
        {
            _states.Remove(name);
            return;
        }

        RemovalKind kind = change.Removal!.Kind;
        HeldState next = HeldState.Gone(change.Tombstone!, server.Sequence);
        world.Say($"{server.Name} {server.Doing}: {name} {next}: {change.Removal.Cause}");
        HeldState before = _states[name];
        SimulationFailure.Unless(next.StandsTo(before) > 0, $"S2: {name} on {server.Name} went from {before} to {next}, which is not newer");
        _states[name] = next;
        bool isOurs = change.Version.Origin == server.Catalog.Origin;
        bool isNew = world.Ledger.Write(name, change.Version, Ledger.ContentOf(kind));
        SimulationFailure.Unless(!isNew || isOurs, $"S2: {server.Name} removed {name} in a version that nobody wrote: {next}");
        bool isExpiry = kind == RemovalKind.Expired;
        var ttl = TimeSpan.FromMilliseconds(gone.Data.LeaseMilliseconds);
        if (!isNew)
        {
            // S3: who saw a renewal within the TTL does not let a peer's expiry pass. Two ticks less: the lease may have just run out.
            SimulationFailure.Unless(
                !isExpiry || ttl == TimeSpan.Zero || !Evidence.IsFresh(name, Lease, ttl - 2 * server.Options.Tick),
                $"S3: {server.Name} let {name} be expired by a peer: {Evidence.Describe(name, Lease)}, TTL {ttl.TotalSeconds} s");
            return;
        }

        switch (server.Doing)
        {
            case StepKind.CatalogTick:
                SimulationFailure.Unless(isExpiry, $"S3: a tick removed {name} as {kind}");
                SimulationFailure.Unless(
                    next.Version == before.Version && next.Tenure == before.Tenure, $"S3: {server.Name} expired {name} as {next}, which was {before}");
                SimulationFailure.Unless(gone.Tenure.Owner == server.Catalog.Origin, $"S3: {server.Name} expired {name}, which it does not own");
                SimulationFailure.Unless(server.Node.View.IsSynced, $"S3: {server.Name} expired {name} before it was ready");
                SimulationFailure.Unless(
                    Evidence.IsDue(name, Lease, ttl), $"S3: {server.Name} expired {name} too early: {Evidence.Describe(name, Lease)}, TTL {ttl.TotalSeconds} s");
                AuditCalm(name);
                break;
            case StepKind.Command when server.Subject == name.Id:
                break;
            default:
                SimulationFailure.Unless(
                    kind == RemovalKind.Replaced || name.Id == "consul", $"S2: {server.Name} removed {name} as {kind} in a step of kind {server.Doing}");
                break;
        }
    }

    /// <summary>A registration that was written here.</summary>
    private void JudgeWriting(in CatalogChange change, EntryName name, HeldState? before)
    {
        // S2: only a client's registration brings something in, and a refutation by a server that heard of it in time; heartbeats,
        // ticks and what peers say do not. A server announces itself again when others took it for gone.
        bool isLawful = name.Id == "consul" || server.Doing switch
        {
            StepKind.Command => server.Subject == name.Id,
            StepKind.Message => before is { Removed: null } && !IsSilent(change.After!, name),
            _ => false,
        };
        SimulationFailure.Unless(isLawful, $"S2: {server.Name} wrote {name} anew in a step of kind {server.Doing} (before: {before})");
    }

    /// <summary>Whether nobody had a sign of its life for so long that no server can take it for alive: peers' reckoning of ages included.</summary>
    private bool IsSilent(Instance instance, EntryName name)
    {
        if (TtlOf(instance) is not { } ttl)
        {
            return false;
        }

        TimeSpan enough = ttl + 2 * server.Options.Tick + Slack.Reckoning;
        bool isSilentEverywhere = !world.Signs.TryGetValue(name, out TimeSpan sign) || world.Agenda.Now - sign > enough;
        bool hasServed = world.Agenda.Now - server.RunningSince > enough;
        return isSilentEverywhere && hasServed && Evidence.IsDue(name, LeaseOf(instance), enough);
    }

    /// <summary>Whether the trace of something gone may be gone, too: with its age by this server's own clock.</summary>
    private bool IsForgotten(HeldState state) =>
        state.Removed is not null
        && VersionClock.Microseconds(server.Time.GetUtcNow()) - state.Removal.Clock > (server.Options.TombstoneAge - Slack.ClockLead - Slack.ClockLead).TotalMicroseconds;

    private void BeginLeases(Instance instance)
    {
        EntryName name = EntryName.Of(instance);
        if (instance.Data.LeaseMilliseconds > 0)
        {
            Evidence.Hear(name, Lease, directly: false);
        }

        foreach (Check check in instance.Checks)
        {
            Evidence.Hear(name, CheckOf(check), directly: false);
        }
    }

    private void EndLeases(Instance instance)
    {
        EntryName name = EntryName.Of(instance);
        Evidence.EndLease(name, Lease);
        foreach (Check check in instance.Checks)
        {
            Evidence.EndLease(name, CheckOf(check));
        }
    }
}
