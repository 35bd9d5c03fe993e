using Muster.Model;

namespace Muster.Catalog;

// Heartbeats that come to another server than the responsible one.
public sealed partial class Catalog
{
    /// <summary>Leases of others that were renewed here since their owners were told: a stack through the leases' own links.</summary>
    private WheelEntry? _renewed;

    /// <summary>Those that were taken from there and are still to be told.</summary>
    private WheelEntry? _toTell;

    /// <summary>Queues the renewal of a lease that another server is responsible for: once, however often it is renewed. No lock, nothing allocated.</summary>
    private void TellOwner(WheelEntry lease)
    {
        bool isNew = Volatile.Read(ref lease.Slot) == WheelEntry.Following
            && Interlocked.CompareExchange(ref lease.Slot, WheelEntry.Queued, WheelEntry.Following) == WheelEntry.Following;
        if (!isNew)
        {
            return;
        }

        WheelEntry? head = Volatile.Read(ref _renewed);
        while (true)
        {
            lease.Next = head;
            WheelEntry? found = Interlocked.CompareExchange(ref _renewed, lease, head);
            if (ReferenceEquals(found, head))
            {
                return;
            }

            head = found;
        }
    }

    internal int DrainRenewals(List<Renewal> into, int most)
    {
        lock (_gate)
        {
            int drained = 0;
            while (drained < most && (_toTell ??= Interlocked.Exchange(ref _renewed, null)) is { } lease)
            {
                _toTell = lease.Next;
                lease.Next = null;
                lease.Unqueue();
                if (lease.HeardUntil is > 0 and var until && RenewalOf(lease, until) is { } renewal)
                {
                    into.Add(renewal);
                    drained++;
                }
            }

            return drained;
        }
    }

    internal int ApplyRenewals(ReadOnlySpan<Renewal> renewals)
    {
        lock (_gate)
        {
            if (!_clock.IsRunning)
            {
                return 0; // they all begin later, and what is told now would then count as just heard
            }

            int applied = 0;
            foreach (Renewal renewal in renewals)
            {
                if (FindLease(renewal.Key) is not { Follows: false } found)
                {
                    continue;
                }

                TimeSpan length = LengthOf(found), left = length - TimeSpan.FromMilliseconds(Math.Max(0, renewal.AgeMilliseconds));
                long deadline = _clock.DeadlineAfter(left);
                if (left > TimeSpan.Zero && found.TryExtend(deadline, _clock.Ticks, _clock.DeadlineAfter(length) - deadline))
                {
                    Statistics.CountRenewal();
                    applied++;
                }
            }

            return applied;
        }
    }

    private Renewal? RenewalOf(WheelEntry lease, long heardUntil)
    {
        long sinceRenewal = (long)_clock.Since(heardUntil, LengthOf(lease)).TotalMilliseconds;
        int age = (int)Math.Clamp(sinceRenewal, 0, int.MaxValue);
        switch (lease)
        {
            case InstanceLease { Owner: { } instance }:
                return new Renewal(EntryKey.OfLease(_entries!.KeyOf(instance)), instance.Tenure.Owner, age);
            case CheckLease { Owner: Instance instance } own when CheckWith(instance.Checks, own) is { } check:
                ulong key = check.Definition.Id is { } id
                    ? _entries!.KeyOf(instance.Node.Entry, id)
                    : EntryKey.OfDerivedCheck(_entries!.KeyOf(instance));
                return new Renewal(key, instance.Tenure.Owner, age);
            case CheckLease { Owner: NodeEntry home } own when CheckWith(home.Current.Checks, own) is { } check:
                return new Renewal(_entries!.KeyOf(home, check.Definition.Id!), home.Current.Version.Origin, age);
            default:
                return null;
        }
    }

    private WheelEntry? FindLease(ulong key)
    {
        if (EntryKey.IsNamedCheck(key))
        {
            return _entries!.TryFindNamedCheck(key, out (NodeEntry Home, string Id) named)
                && TryFindCheck(named.Home, named.Id, out _, out Check? check) && check.Definition.Kind == CheckKind.Ttl ? check.Lease : null;
        }

        return _entries!.TryGet(EntryKey.EntryOf(key), out object? entry) && entry is Instance instance
            ? EntryKey.IsLease(key) ? instance.Lease : Named(instance.Checks, null)?.Lease
            : null;
    }

    /// <summary>How long a renewal of this lease is good for.</summary>
    private static TimeSpan LengthOf(WheelEntry lease) => lease switch
    {
        InstanceLease { Owner: { } instance } => TimeSpan.FromMilliseconds(instance.Data.LeaseMilliseconds),
        CheckLease { Owner: Instance instance } own => CheckWith(instance.Checks, own)?.Definition.Ttl ?? TimeSpan.Zero,
        CheckLease { Owner: NodeEntry home } own => CheckWith(home.Current.Checks, own)?.Definition.Ttl ?? TimeSpan.Zero,
        _ => TimeSpan.Zero,
    };

    private static Check? CheckWith(CheckList checks, CheckLease lease)
    {
        foreach (Check check in checks)
        {
            if (ReferenceEquals(check.Lease, lease))
            {
                return check;
            }
        }

        return null;
    }
}
