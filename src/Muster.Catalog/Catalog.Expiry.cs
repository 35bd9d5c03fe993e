using Muster.Model;

namespace Muster.Catalog;

// Expiry: what happens when a deadline passes.
public sealed partial class Catalog
{
    private const int TicksBetweenSweeps = 256;

    /// <summary>How the output of a TTL check begins that nobody reported in time; what others report may be anything.</summary>
    private const string OutputOfExpiry = "TTL expired";

    /// <summary>How many entries that preservation keeps are laid aside in one tick; more wait for the next one.</summary>
    private const int MostKeptPerTick = 4096;

    private long _nextSweep;

    /// <summary>What preservation keeps is looked at again every second.</summary>
    private int ParkedTicks => (int)(TimeSpan.FromSeconds(1) / Options.Tick);

    /// <summary>
    /// Lets time pass: expires what is due, within the rate limit and in random order. A shell calls it every
    /// <see cref="CatalogOptions.Tick"/>; when it could not (the server stood still), nobody's lease ran meanwhile.
    /// </summary>
    public void Tick()
    {
        if (TryPassTime(out long now))
        {
            return;
        }

        // Counting takes a while in a large catalog. It reads snapshots, so nobody else has to wait for it.
        Preservation.Survey(_services, _nodes, now);
        using Writing writing = Begin();
        Preservation.Judge(now);
        ExpireDue(now);
    }

    /// <summary>False, and nothing has expired yet, when preservation has to be judged first.</summary>
    private bool TryPassTime(out long now)
    {
        using Writing writing = Begin();
        now = _clock.Advance();
        _expiry.Refill((now - _wheel.Now) * Options.Tick);
        _wheel.Advance(now, _expiry.Due);
        bool mustJudge = Preservation.BeginTick(now, _index, _expiry.Due.Count > 0);
        if (!mustJudge)
        {
            ExpireDue(now);
        }

        return !mustJudge;
    }

    private void ExpireDue(long now)
    {
        for (int kept = 0; kept < MostKeptPerTick && _expiry.TryTake(out WheelEntry entry);)
        {
            if (MustKeep(entry, now))
            {
                _wheel.Park(entry, ParkedTicks);
                kept++;
            }
            else
            {
                Expire(entry, now);
            }
        }

        ShowWaitingNodeOutputs(now);
        _tombstones.Age(_time.GetUtcNow());
        if (now >= _nextSweep)
        {
            _nextSweep = now + TicksBetweenSweeps;
            ForgetOldRemovals();
        }

        Statistics.Deadlines = _wheel.Count;
        Statistics.ExpiryBacklog = _expiry.Due.Count;
        Statistics.Tombstones = _tombstones.Count;
        Statistics.Paused = _clock.PausedTotal;
        Statistics.Pauses = _clock.Pauses;
    }

    /// <summary>Whether preservation keeps something that is due.</summary>
    private bool MustKeep(WheelEntry entry, long now)
    {
        if (entry.Deadline == 0 || entry.Deadline > now)
        {
            return false;
        }

        object? owner = entry is InstanceLease lease ? lease.Owner : ((CheckLease)entry).Owner;
        return owner is Instance instance
            ? Preservation.MustKeep(instance.Node.Entry, instance, !entry.IsLease)
            : Preservation.MustKeep((NodeEntry)owner!, null, !entry.IsLease);
    }

    private void Expire(WheelEntry entry, long now)
    {
        long deadline = entry.Deadline;
        if (!entry.TryCloseDue(now))
        {
            // Renewed since it came due, or closed: a renewal at the last moment wins.
            if (entry.Deadline != 0)
            {
                _wheel.Schedule(entry);
            }

            return;
        }

        _expiry.Spend();
        Statistics.Expiries++;
        switch (entry)
        {
            case InstanceLease { Owner: { } instance }:
                var lease = TimeSpan.FromMilliseconds(instance.Data.LeaseMilliseconds);
                Lose(entry, instance.Node.Entry, instance, deadline, lease);
                Remove(
                    instance.Node.Entry, instance, TimelineKind.Expired,
                    $"expired: last heartbeat {Seconds(_clock.Since(deadline, lease))} ago, TTL {Seconds(lease)}");
                break;

            case CheckLease { Owner: Instance instance } own:
                ExpireCheck(instance.Node.Entry, instance, WithLease(instance.Checks, own), deadline);
                break;

            case CheckLease { Owner: NodeEntry node } own:
                ExpireCheck(node, null, WithLease(node.Current.Checks, own), deadline);
                break;
        }
    }

    private void ExpireCheck(NodeEntry home, Instance? instance, Check check, long deadline)
    {
        CheckDefinition definition = check.Definition;
        if (check.Status != HealthStatus.Critical)
        {
            string output = check.Output.Length == 0
                ? OutputOfExpiry
                : CheckOutput.Cut($"{OutputOfExpiry} (last output before timeout follows): {check.Output}", definition.OutputMaxSize);
            string id = definition.Id ?? instance!.CheckIdOf(check);
            string silence = Seconds(_clock.Since(deadline, definition.Ttl));
            Lose(check.Lease, home, instance, deadline, definition.Ttl);
            SetStatus(
                home, instance, check, HealthStatus.Critical, output,
                $"check \"{id}\" expired: last heartbeat {silence} ago, TTL {Seconds(definition.Ttl)}");
        }
        else if (instance is not null)
        {
            TimeSpan critical = _clock.Since(deadline, definition.DeregisterAfter);
            Remove(
                home, instance, TimelineKind.Expired,
                $"removed: check \"{instance.CheckIdOf(check)}\" critical for {Seconds(critical)}, deregister after {Seconds(definition.DeregisterAfter)}");
        }
    }

    private void Lose(WheelEntry lease, NodeEntry home, Instance? instance, long deadline, TimeSpan lasted) => Preservation.NoteLoss(new Loss(
        PreservationSignal.Heartbeats, lease, instance is null ? null : _services[instance.Data.Service], home, instance,
        deadline - LeaseClock.TicksOf(lasted, Options.Tick), _clock.Ticks));

    private static Check WithLease(CheckList checks, CheckLease lease) =>
        CheckWith(checks, lease) ?? throw new InvalidOperationException("A lease outlived its check.");

    private static string Seconds(TimeSpan span) => string.Create(null, $"{span.TotalSeconds:0.#} s");
}
