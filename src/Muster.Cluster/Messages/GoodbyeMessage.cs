using Muster.Model;

namespace Muster.Cluster.Messages;

/// <summary>Why the sender ends the link.</summary>
internal static class GoodbyeMessage
{
    private const int MaxReason = 500;

    internal static void Write(PackWriter into, string reason)
    {
        into.Byte((byte)MessageKind.Goodbye);
        into.Text(reason);
    }

    internal static bool TryRead(ref PackReader fields, out string reason)
    {
        reason = fields.Text();
        reason = string.Concat(reason.Take(MaxReason).Select(static c => char.IsControl(c) ? ' ' : c)); // it gets into the log
        return !fields.Failed;
    }
}
