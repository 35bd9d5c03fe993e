using System.Runtime.InteropServices;
using Muster.Catalog;
using Muster.Model;

namespace Muster.Cluster.Messages;

/// <summary>Heartbeats that the sender received for what another server owns: eight bytes of key and the age each.</summary>
internal static class RenewalsMessage
{
    /// <summary>The most renewals in a message: some 64 KiB.</summary>
    internal const int MaxRenewals = 6000;

    private const int MinRenewalBytes = 9;

    /// <summary>Ages are cut off here: a lease cannot be as long.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(7);

    /// <summary>Writes the heartbeats, whose ages are reckoned at <paramref name="now"/>.</summary>
    internal static void Write(PackWriter into, long sentAt, uint owner, ReadOnlySpan<HeldRenewal> renewals, TimeSpan now)
    {
        into.Byte((byte)MessageKind.Renewals);
        into.Number(sentAt);
        into.Number(owner);
        into.Number(renewals.Length);
        foreach (HeldRenewal renewal in renewals)
        {
            into.Fixed(renewal.Key);
            into.Number(Math.Max(0, (now - renewal.At).Ticks / TimeSpan.TicksPerMillisecond));
        }
    }

    internal static bool TryReadHeader(ref PackReader fields, int messageLength, out long sentAt, out uint owner, out int count)
    {
        sentAt = fields.Number();
        long origin = fields.Number();
        long many = fields.Number();
        owner = (uint)origin;
        count = (int)Math.Min(many, int.MaxValue);
        return !fields.Failed && origin <= uint.MaxValue && many <= messageLength / MinRenewalBytes;
    }

    /// <summary>Reads the heartbeats, each older by <paramref name="delay"/> than it says.</summary>
    internal static bool TryReadRenewals(ref PackReader fields, uint owner, int count, TimeSpan delay, List<Renewal> into)
    {
        long late = delay.Ticks / TimeSpan.TicksPerMillisecond;
        CollectionsMarshal.SetCount(into, count);
        Span<Renewal> renewals = CollectionsMarshal.AsSpan(into);
        for (int i = 0; i < renewals.Length; i++)
        {
            ulong key = fields.Fixed();
            long age = Math.Min(fields.Number(), (long)MaxAge.TotalMilliseconds);
            renewals[i] = new Renewal(key, owner, (int)(age + late));
        }

        return !fields.Failed;
    }
}
