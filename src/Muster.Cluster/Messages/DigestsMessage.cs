using Muster.Catalog;
using Muster.Model;

namespace Muster.Cluster.Messages;

/// <summary>The digests of all buckets of the sender.</summary>
internal static class DigestsMessage
{
    internal static void Write(PackWriter into, long round, ReadOnlySpan<ulong> digests)
    {
        into.Byte((byte)MessageKind.Digests);
        into.Number(round);
        into.Number(digests.Length);
        foreach (ulong digest in digests)
        {
            into.Fixed(digest);
        }
    }

    /// <summary>Reads into <paramref name="digests"/>; false when there is another number of buckets.</summary>
    internal static bool TryRead(ref PackReader fields, out long round, Span<ulong> digests)
    {
        round = fields.Number();
        if (fields.Number() != ReplicaSet.Buckets)
        {
            return false;
        }

        for (int i = 0; i < digests.Length; i++)
        {
            digests[i] = fields.Fixed();
        }

        return !fields.Failed;
    }
}
