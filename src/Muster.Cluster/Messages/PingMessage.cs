using Muster.Model;

namespace Muster.Cluster.Messages;

/// <summary>Once a second: I am here, this is what I have, and these I hear.</summary>
internal sealed record PingMessage
{
    private const int MaxSightings = 1024;

    /// <summary>Ages are cut off here: whoever was not heard for so long is gone by any measure.</summary>
    private const long MaxAge = int.MaxValue;

    /// <summary>When it was sent: the sender's own running time, in microseconds.</summary>
    internal required long SentAt { get; init; }

    /// <summary>The highest version clock that the sender gave or saw.</summary>
    internal required long Clock { get; init; }

    internal required ulong RootDigest { get; init; }

    internal required long Entries { get; init; }

    /// <summary>The digest of the sender's list of members.</summary>
    internal required ulong MembersDigest { get; init; }

    /// <summary>The last batch of facts that the sender has merged, in case the confirmation was lost.</summary>
    internal required long FactsMerged { get; init; }

    /// <summary>The sender has what the cluster has.</summary>
    internal bool IsSynced { get; init; }

    /// <summary>Whom the sender hears itself, and how long ago it last did.</summary>
    internal IReadOnlyList<Sighting> Sightings { get; init; } = [];

    internal void Write(PackWriter into)
    {
        into.Byte((byte)MessageKind.Ping);
        into.Number(SentAt);
        into.Number(Clock);
        into.Fixed(RootDigest);
        into.Number(Entries);
        into.Fixed(MembersDigest);
        into.Number(FactsMerged);
        into.Byte(IsSynced ? (byte)1 : (byte)0);
        into.Number(Sightings.Count);
        foreach (Sighting sighting in Sightings)
        {
            into.Number(sighting.Origin);
            // heard after the tick began for which this is written
            into.Number(Math.Max(0, (long)sighting.Age.TotalMilliseconds));
        }
    }

    internal static bool TryRead(ref PackReader fields, out PingMessage ping)
    {
        ping = new PingMessage
        {
            SentAt = fields.Number(),
            Clock = fields.Number(),
            RootDigest = fields.Fixed(),
            Entries = fields.Number(),
            MembersDigest = fields.Fixed(),
            FactsMerged = fields.Number(),
            IsSynced = (fields.Byte() & 1) != 0,
            Sightings = ReadSightings(ref fields),
        };
        return !fields.Failed;
    }

    private static Sighting[] ReadSightings(ref PackReader fields)
    {
        int count = fields.Count();
        if (count > MaxSightings)
        {
            count = 0;
        }

        var sightings = new Sighting[count];
        for (int i = 0; i < count; i++)
        {
            uint origin = (uint)fields.Number();
            sightings[i] = new Sighting(origin, TimeSpan.FromMilliseconds(Math.Min(fields.Number(), MaxAge), 0));
        }

        return sightings;
    }
}
