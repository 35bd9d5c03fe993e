using Muster.Model;

namespace Muster.Cluster.Messages;

/// <summary>Asks for facts by their keys.</summary>
internal static class WantMessage
{
    /// <summary>The most keys in a message.</summary>
    internal const int MaxKeys = 1024;

    internal static void Write(PackWriter into, ReadOnlySpan<ulong> keys)
    {
        into.Byte((byte)MessageKind.Want);
        into.Number(keys.Length);
        foreach (ulong key in keys)
        {
            into.Fixed(key);
        }
    }

    internal static bool TryRead(ref PackReader fields, List<ulong> into)
    {
        long count = fields.Number();
        if (count > MaxKeys)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            into.Add(fields.Fixed());
        }

        return !fields.Failed;
    }
}
