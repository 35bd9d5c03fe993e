using Muster.Catalog;
using Muster.Model;

namespace Muster.Cluster.Messages;

/// <summary>What the sender has in a bucket.</summary>
internal static class BucketStampsMessage
{
    /// <summary>The most stamps in a message, so that it fits a frame; a bucket of millions of entries has a thousand.</summary>
    internal const int MaxStamps = 60_000;

    private const int StampBytes = 16;

    internal static void Write(PackWriter into, long round, int bucket, List<EntryStamp> stamps)
    {
        int count = Math.Min(stamps.Count, MaxStamps);
        into.Byte((byte)MessageKind.BucketStamps);
        into.Number(round);
        into.Number(bucket);
        into.Number(count);
        for (int i = 0; i < count; i++)
        {
            into.Fixed(stamps[i].Key);
            into.Fixed(stamps[i].Stamp);
        }
    }

    internal static bool TryRead(ref PackReader fields, out long round, out int bucket, List<EntryStamp> into, int messageLength)
    {
        round = fields.Number();
        long number = fields.Number();
        long count = fields.Number();
        bucket = (int)Math.Min(number, ReplicaSet.Buckets);
        if (number >= ReplicaSet.Buckets || count > messageLength / StampBytes)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            into.Add(new EntryStamp(fields.Fixed(), fields.Fixed()));
        }

        return !fields.Failed;
    }
}
