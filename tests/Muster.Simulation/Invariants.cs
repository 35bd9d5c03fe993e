using Muster.Catalog;
using Muster.Model;

namespace Muster.Simulation;

/// <summary>
/// What must hold after every step:
/// <list type="bullet">
/// <item><b>S1</b> An acknowledged registration is visible to reads at once, and after a crash and restart.</item>
/// <item><b>S2</b> A deregistration is never undone by an older write: nothing comes back unless it is registered again.</item>
/// <item><b>S3</b> What renewed within its TTL is never removed or failed by timeout, whatever the wall clock does and
/// however the server was paused; what did not is, at most two ticks late.</item>
/// <item><b>S4</b> The index of a view never goes backwards, and after a restart it is above all that was ever shown.</item>
/// <item><b>S5</b> Every change is followed by a wake of each of its watchers: who sleeps has seen what is there.</item>
/// <item><b>S6</b> Of the lives of an instance the one with the highest epoch counts: a call from an earlier one changes nothing.</item>
/// <item><b>S7</b> A state that was set stays, through registrations and restarts, and nothing but up is healthy.</item>
/// </list>
/// And two that these rest on: what a read shows is what the feed of changes says (so the journal holds all of it), and a
/// step changes nothing but what it is about.
/// </summary>
internal sealed class Invariants
{
    private readonly SimulatedServer _server;
    private readonly View[] _views;
    private readonly Dictionary<(string Node, string Id), Expectation> _registered = [];
    private readonly Dictionary<(string Node, string Id), (long Epoch, TimeSpan At)> _left = [];

    public Invariants(SimulatedServer server, View[] views)
    {
        _server = server;
        _views = views;
        Deadlines = new DeadlineBook(server.Time, server.Options.Tick, SimulatedServer.PauseThreshold);
    }

    public DeadlineBook Deadlines { get; }

    public List<SimulatedWatcher> Watchers { get; } = [];

    /// <summary>The first sequence of this life: once it is durable, the next life begins its indexes above those of this one.</summary>
    public long AnnouncedAt { get; set; }

    /// <summary>
    /// Set when the wall clock was set back. In a life of which the disk kept nothing at all, from the start on, only the
    /// clock can tell the next one where to begin its indexes.
    /// </summary>
    public bool ClockWasSetBack { get; set; }

    /// <summary>A client registered this and was told that it worked.</summary>
    public void Registered(string node, InstanceDefinition definition) =>
        _registered[KeyOf(node, definition.Id)] = Expectation.After(Expected(node, definition.Id), definition);

    /// <summary>A client deregistered this and was told that it worked.</summary>
    public void Deregistered(string node, string id) => Left(KeyOf(node, id));

    /// <summary>Somebody set the state of an instance, or ended what was set (null).</summary>
    public void StateSet(string node, string id, InstanceState? state)
    {
        (string, string) key = KeyOf(node, id);
        _registered[key] = _registered[key] with
        {
            Set = state == InstanceState.Up ? null : state,
            AwaitsResult = _registered[key].AwaitsResult && state != InstanceState.Up,
        };
    }

    /// <summary>A check of an instance passed, or the one that says that it is starting was removed.</summary>
    public void Ready(string node, string id)
    {
        (string, string) key = KeyOf(node, id);
        _registered[key] = _registered[key] with { AwaitsResult = false };
    }

    /// <summary>The wall clock was set: nobody knows which traces of deregistrations that leaves.</summary>
    public void ForgetWhoLeft() => _left.Clear();

    /// <summary>What is expected of an instance, null when it should not be there.</summary>
    public Expectation? Expected(string node, string id) => _registered.GetValueOrDefault(KeyOf(node, id));

    /// <summary>The epoch that counts: the instance's or, while its trace must be there, that of one which left; 0 for none.</summary>
    public long EpochOf(string node, string id) =>
        Expected(node, id) is { } expected ? expected.Epoch
        : _left.TryGetValue(KeyOf(node, id), out (long Epoch, TimeSpan At) left) ? left.Epoch
        : 0;

    /// <summary>Whether the trace of one that left may be gone by now, or be of another life.</summary>
    public bool IsTraceCertain(string node, string id) =>
        IsRegistered(node, id) || (_left.TryGetValue(KeyOf(node, id), out (long Epoch, TimeSpan At) left)
            && _server.Time.Now - left.At < _server.Options.TombstoneAge - TimeSpan.FromMinutes(2));

    public void NodeDeregistered(string node)
    {
        foreach ((string Node, string Id) key in _registered.Keys.Where(key => key.Node.Equals(node, StringComparison.OrdinalIgnoreCase)).ToList())
        {
            Left(key);
        }
    }

    public bool IsRegistered(string node, string id) => _registered.ContainsKey(KeyOf(node, id));

    /// <summary>After a step. <paramref name="explains"/> says which changes the step may make; null: none.</summary>
    public void Audit(Func<CatalogChange, bool>? explains)
    {
        foreach (CatalogChange change in _server.Changes)
        {
            SimulationFailure.Unless(
                explains?.Invoke(change) == true,
                $"S3: a change that the step was not about: {change.Kind} of {change.Before?.Data.IdText ?? change.After?.Data.IdText ?? change.Node?.Name}");
        }

        bool mayMove = _server.Changes.Count > 0;
        if (mayMove)
        {
            Deadlines.Reconcile(_server.Catalog);
            AuditRegistered();
            string? difference = _server.State.DifferenceTo(_server.Catalog);
            SimulationFailure.Unless(difference is null, $"S1: reads and the feed of changes differ: {difference}");
            _server.Changes.Clear();
        }

        AuditViews(mayMove);
        AuditWatchers();
    }

    /// <summary>After an expiry that was lawful.</summary>
    public void Expired(in CatalogChange change)
    {
        Deadlines.Judge(change);
        if (change.Kind == ChangeKind.InstanceRemoved)
        {
            Deregistered(change.Before!.Node.Name, change.Before.Data.IdText);
        }
    }

    /// <summary>Right after recovery, before anything else happened.</summary>
    public void AuditRecovery()
    {
        long recovered = _server.Journal.Recovery.LastSequence;
        SimulationFailure.Unless(
            recovered >= _server.Acknowledged, $"S1: {_server.Acknowledged} was acknowledged, recovery ends at {recovered}");
        SimulationFailure.Unless(_server.Refused == 0, $"S1: recovery met {_server.Refused} records it could not understand");
        SimulationFailure.Unless(_server.History.TryGetValue(recovered, out ReplicaState? expected), $"S1: recovery ends at {recovered}, which never was");
        string? difference = expected!.DifferenceTo(_server.Catalog);
        SimulationFailure.Unless(difference is null, $"S2: recovered at {recovered}: {difference}");
        ClockWasSetBack &= recovered < AnnouncedAt;
        foreach (View view in _views)
        {
            if (view.TryRead(_server.Catalog, out long index, out int content))
            {
                SimulationFailure.Unless(index > view.LastIndex || ClockWasSetBack, $"S4: {view.Name} had index {view.LastIndex}, after the restart {index}");
                (view.LastIndex, view.LastContent) = (index, content);
            }
        }

        _server.Adopt(expected);
        _registered.Clear();
        _left.Clear();
        foreach (Instance instance in _server.Catalog.Nodes.SelectMany(_server.Catalog.InstancesOn))
        {
            _registered[KeyOf(instance.Node.Name, instance.Data.IdText)] = Expectation.Of(instance);
        }

        Deadlines.Restart();
        Deadlines.Reconcile(_server.Catalog);
        Watchers.ForEach(watcher => watcher.Disconnect());
    }

    /// <summary>Everybody has been woken and has read: nobody may have missed anything.</summary>
    public void AuditQuiescence()
    {
        foreach (SimulatedWatcher watcher in Watchers)
        {
            SimulationFailure.Unless(!watcher.IsWakeUnderWay, $"S5: a wake of a watcher of {watcher.View.Name} was lost");
        }
    }

    private void Left((string, string) key)
    {
        if (_registered.Remove(key, out Expectation? gone))
        {
            _left[key] = (gone.Epoch, _server.Time.Now);
        }
    }

    private void AuditRegistered()
    {
        int found = 0;
        foreach (Node node in _server.Catalog.Nodes)
        {
            foreach (Instance instance in _server.Catalog.InstancesOn(node))
            {
                found++;
                SimulationFailure.Unless(
                    _registered.TryGetValue(KeyOf(node.Name, instance.Data.IdText), out Expectation? expected),
                    $"S2: {node.Name}/{instance.Data.IdText} is there, but it was removed");
                string? difference = expected!.DifferenceTo(instance);
                SimulationFailure.Unless(difference is null, $"{difference}: {node.Name}/{instance.Data.IdText}");
                ServiceSnapshot? service = _server.Catalog.FindService(instance.Data.Service);
                SimulationFailure.Unless(
                    service is not null && service.Instances.Contains(instance), $"S1: {node.Name}/{instance.Data.IdText} is not in its service");
            }
        }

        SimulationFailure.Unless(
            found == _registered.Count,
            $"S1: registered and not there: {string.Join(", ", _registered.Keys.Where(key => _server.Catalog.FindNode(key.Node) is not { } node || _server.Catalog.FindInstance(node, key.Id) is null))}");
    }

    private void AuditViews(bool mayMove)
    {
        foreach (View view in _views)
        {
            if (!view.TryRead(_server.Catalog, out long index, out int content))
            {
                continue;
            }

            SimulationFailure.Unless(index >= view.LastIndex, $"S4: {view.Name} went from {view.LastIndex} back to {index}");
            SimulationFailure.Unless(
                mayMove || index == view.LastIndex || view.LastIndex == 0 || content == Empty,
                $"W4: {view.Name} moved from {view.LastIndex} to {index}, and nothing happened");
            SimulationFailure.Unless(
                content == view.LastContent || index > view.LastIndex || view.LastIndex == 0,
                $"S5: {view.Name} changed at index {index} without moving it");
            SimulationFailure.Unless(
                !view.IsExact || content != view.LastContent || index == view.LastIndex || view.LastIndex == 0 || content == Empty,
                $"S4: {view.Name} moved from {view.LastIndex} to {index} without a change");
            (view.LastIndex, view.LastContent) = (index, content);
        }
    }

    private void AuditWatchers()
    {
        foreach (SimulatedWatcher watcher in Watchers)
        {
            SimulationFailure.Unless(
                !watcher.IsBlocked || (watcher.Seen == watcher.View.LastIndex && watcher.SeenContent == watcher.View.LastContent),
                $"S5: a watcher of {watcher.View.Name} sleeps at {watcher.Seen}, the view is at {watcher.View.LastIndex}");
        }
    }

    /// <summary>The digest of nothing: an absent name moves with every extinction.</summary>
    private static int Empty { get; } = new HashCode().ToHashCode();

    private static (string Node, string Id) KeyOf(string node, string id) => (node.ToUpperInvariant(), id);
}
