using Muster.Model;

namespace Muster.Cluster.Messages;

/// <summary>The small messages of the streams and of comparison: a kind and one or two numbers.</summary>
/// <param name="First">The round of a comparison, or the number of a batch.</param>
/// <param name="Second">The bucket, else 0.</param>
internal readonly record struct NumbersMessage(long First, long Second)
{
    internal static void Write(PackWriter into, MessageKind kind, long first, long second = 0)
    {
        into.Byte((byte)kind);
        into.Number(first);
        into.Number(second);
    }

    internal static bool TryRead(ref PackReader fields, out NumbersMessage message)
    {
        message = new NumbersMessage(fields.Number(), fields.Number());
        return !fields.Failed;
    }
}
