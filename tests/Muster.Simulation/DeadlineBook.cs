using Muster.Catalog;
using Muster.Model;

namespace Muster.Simulation;

/// <summary>
/// When each lease, TTL and pending removal began, by the run's own reckoning of served time: time that passed, except
/// where the server stood still. It judges what expires (S3: never early) and finds what should have (at most two ticks late).
/// </summary>
internal sealed class DeadlineBook(ManualTime time, TimeSpan tick, TimeSpan pauseThreshold)
{
    private const string LeaseKey = "\0lease";

    private readonly Dictionary<(string Node, string Instance, string Check), Deadline> _deadlines = [];
    private readonly HashSet<(string, string, string)> _seen = [];
    private TimeSpan _servedAtTick;
    private TimeSpan _tickedAt = time.Now;

    private TimeSpan Served => _servedAtTick + (time.Now - _tickedAt <= pauseThreshold ? time.Now - _tickedAt : tick);

    /// <summary>A new process: every lease starts afresh.</summary>
    public void Restart()
    {
        _deadlines.Clear();
        _servedAtTick = TimeSpan.Zero;
        _tickedAt = time.Now;
    }

    public void Tick()
    {
        TimeSpan gap = time.Now - _tickedAt;
        _servedAtTick += gap > pauseThreshold ? tick : gap;
        _tickedAt = time.Now;
    }

    /// <summary>Another life of the instance begins: its checks and what follows from them begin with it.</summary>
    public void Forget(string node, string id)
    {
        foreach ((string Node, string Instance, string Check) key in _deadlines.Keys)
        {
            if (key.Instance == id && key.Node.Equals(node, StringComparison.OrdinalIgnoreCase))
            {
                _deadlines.Remove(key);
            }
        }
    }

    /// <summary>The holder of the instance's lease was heard of.</summary>
    public void Renew(Instance instance) => Renew((instance.Node.Name, instance.Data.IdText, LeaseKey));

    /// <summary>The holder of a check's TTL was heard of.</summary>
    public void Renew(Node node, Instance? instance, Check check)
    {
        if (check.Definition.Kind == CheckKind.Ttl && check.Status != HealthStatus.Critical)
        {
            Renew(KeyOf(node, instance, check));
        }
    }

    /// <summary>Notes what began and what ended with the last step.</summary>
    public void Reconcile(Catalog.Catalog catalog)
    {
        _seen.Clear();
        foreach (Node node in catalog.Nodes)
        {
            Reconcile(node, null, node.Checks);
            foreach (Instance instance in catalog.InstancesOn(node))
            {
                Reconcile(node, instance, instance.Checks);
                if (instance.Data.LeaseMilliseconds > 0)
                {
                    Note((node.Name, instance.Data.IdText, LeaseKey), null, isRemoval: false, TimeSpan.FromMilliseconds(instance.Data.LeaseMilliseconds));
                }
            }
        }

        foreach ((string, string, string) key in _deadlines.Keys)
        {
            if (!_seen.Contains(key))
            {
                _deadlines.Remove(key);
            }
        }
    }

    /// <summary>Whether a change that a tick made was due.</summary>
    public void Judge(in CatalogChange change)
    {
        switch (change.Kind)
        {
            case ChangeKind.InstanceRemoved:
                Instance gone = change.Before!;
                bool isDue = IsDue((gone.Node.Name, gone.Data.IdText, LeaseKey), isRemoval: false);
                foreach (Check check in gone.Checks)
                {
                    isDue |= IsDue(KeyOf(gone.Node, gone, check), isRemoval: true);
                }

                SimulationFailure.Unless(isDue, $"S3: {gone.Data.IdText} was removed by a tick before it was due: {Describe(gone)}");
                break;
            case ChangeKind.CheckStatus:
                SimulationFailure.Unless(
                    change.Check!.Status == HealthStatus.Critical && IsDue(KeyOf(change.After!.Node, change.After, change.Check), isRemoval: false),
                    $"S3: a check of {change.After!.Data.IdText} expired before it was due: {Describe(change.Before!)}");
                break;
            case ChangeKind.Node:
                for (int i = 0; i < change.Node!.Checks.Count; i++)
                {
                    Check before = change.NodeBefore!.Checks[i], after = change.Node.Checks[i];
                    SimulationFailure.Unless(
                        before.Status == after.Status || (after.Status == HealthStatus.Critical && IsDue(KeyOf(change.Node, null, after), isRemoval: false)),
                        $"S3: check {after.Definition.Id} of node {change.Node.Name} expired before it was due");
                }

                break;
            default:
                throw new SimulationFailure($"S3: a tick made a change of kind {change.Kind}");
        }
    }

    /// <summary>After a tick: nothing is left that ended more than two ticks ago.</summary>
    public void AuditLateness()
    {
        foreach (((string Node, string Instance, string Check) key, Deadline deadline) in _deadlines)
        {
            SimulationFailure.Unless(
                Served - deadline.AtMost <= deadline.Length + 2 * tick,
                $"S3: {key.Node}/{key.Instance} {key.Check} should have ended {(Served - deadline.AtMost - deadline.Length).TotalSeconds} s ago");
        }
    }

    private void Reconcile(Node node, Instance? instance, CheckList checks)
    {
        foreach (Check check in checks)
        {
            if (check.Status != HealthStatus.Critical && check.Definition.Kind == CheckKind.Ttl)
            {
                Note(KeyOf(node, instance, check), check.Definition, isRemoval: false, check.Definition.Ttl);
            }
            else if (check.Status == HealthStatus.Critical && check.Definition.DeregisterAfter > TimeSpan.Zero && instance is not null)
            {
                Note(KeyOf(node, instance, check), check.Definition, isRemoval: true, check.Definition.DeregisterAfter);
            }
        }
    }

    private void Note((string, string, string) key, CheckDefinition? definition, bool isRemoval, TimeSpan length)
    {
        _seen.Add(key);
        if (!_deadlines.TryGetValue(key, out Deadline? known) || known.IsRemoval != isRemoval || known.Length != length || !Equals(known.Definition, definition))
        {
            _deadlines[key] = new Deadline(definition, isRemoval, length, Served, Served, time.Now);
        }
    }

    private void Renew((string, string, string) key)
    {
        if (_deadlines.TryGetValue(key, out Deadline? known))
        {
            _deadlines[key] = known with { Since = Served, AtMost = known.AtMost > Served ? known.AtMost : Served, SinceReal = time.Now };
        }
    }

    private bool IsDue((string, string, string) key, bool isRemoval) =>
        _deadlines.TryGetValue(key, out Deadline? deadline) && deadline.IsRemoval == isRemoval
        && Served - deadline.Since >= deadline.Length && time.Now - deadline.SinceReal >= deadline.Length;

    private string Describe(Instance instance) => string.Join(", ", _deadlines
        .Where(pair => pair.Key.Node == instance.Node.Name && pair.Key.Instance == instance.Data.IdText)
        .Select(pair => $"{pair.Key.Check} {(pair.Value.IsRemoval ? "removal" : "lease")} of {pair.Value.Length.TotalSeconds} s, served {(Served - pair.Value.Since).TotalSeconds:0.000} s"));

    private static (string, string, string) KeyOf(Node node, Instance? instance, Check check) =>
        (node.Name, instance?.Data.IdText ?? "", check.Definition.Id ?? "");

    /// <param name="Definition">The check it belongs to, null for a lease.</param>
    /// <param name="IsRemoval">A date that renewals do not move.</param>
    /// <param name="Length">How long it lasts.</param>
    /// <param name="Since">Served time at the last sign of life: it may not end sooner than that and its length.</param>
    /// <param name="AtMost">The latest served time of a sign of life; a pause right after one puts the clock back behind it.</param>
    /// <param name="SinceReal">Real time at the last sign of life.</param>
    private sealed record Deadline(CheckDefinition? Definition, bool IsRemoval, TimeSpan Length, TimeSpan Since, TimeSpan AtMost, TimeSpan SinceReal);
}
