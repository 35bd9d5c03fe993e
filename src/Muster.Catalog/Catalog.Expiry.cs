using Muster.Model;

namespace Muster.Catalog;

// Expiry: what happens when a deadline passes.
public sealed partial class Catalog
{
    private const int TicksBetweenSweeps = 256;

    private long _nextSweep;

    /// <summary>
    /// Lets time pass: expires what is due, within the rate limit and in random order. A shell calls it every
    /// <see cref="CatalogOptions.Tick"/>; when it could not (the server stood still), nobody's lease ran meanwhile.
    /// </summary>
    public void Tick()
    {
        using Writing writing = Begin();
        long before = _clock.Ticks;
        long now = _clock.Advance();
        _expiry.Refill((now - before) * Options.Tick);
        _wheel.Advance(now, _expiry.Due);
        while (_expiry.TryTake(out WheelEntry entry))
        {
            Expire(entry, now);
        }

        ShowWaitingNodeOutputs(now);
        if (now >= _nextSweep)
        {
            _nextSweep = now + TicksBetweenSweeps;
            _tombstones.DropOld(_time.GetUtcNow());
            ForgetOldRemovals();
        }

        Statistics.Deadlines = _wheel.Count;
        Statistics.ExpiryBacklog = _expiry.Due.Count;
        Statistics.Tombstones = _tombstones.Count;
        Statistics.Paused = _clock.PausedTotal;
        Statistics.Pauses = _clock.Pauses;
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
                ? "TTL expired"
                : CheckOutput.Cut($"TTL expired (last output before timeout follows): {check.Output}", definition.OutputMaxSize);
            string id = definition.Id ?? instance!.CheckIdOf(check);
            string silence = Seconds(_clock.Since(deadline, definition.Ttl));
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

    private static Check WithLease(CheckList checks, CheckLease lease)
    {
        foreach (Check check in checks)
        {
            if (ReferenceEquals(check.Lease, lease))
            {
                return check;
            }
        }

        throw new InvalidOperationException("A lease outlived its check.");
    }

    private static string Seconds(TimeSpan span) => string.Create(null, $"{span.TotalSeconds:0.#} s");
}
