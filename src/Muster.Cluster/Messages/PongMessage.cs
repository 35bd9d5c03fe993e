using Muster.Model;

namespace Muster.Cluster.Messages;

/// <summary>The answer to a ping, at once.</summary>
/// <param name="PingSentAt">The time the ping said it was sent at.</param>
/// <param name="SentAt">When this was sent: the sender's own running time, in microseconds.</param>
internal readonly record struct PongMessage(long PingSentAt, long SentAt)
{
    internal void Write(PackWriter into)
    {
        into.Byte((byte)MessageKind.Pong);
        into.Number(PingSentAt);
        into.Number(SentAt);
    }

    internal static bool TryRead(ref PackReader fields, out PongMessage pong)
    {
        pong = new PongMessage(fields.Number(), fields.Number());
        return !fields.Failed;
    }
}
