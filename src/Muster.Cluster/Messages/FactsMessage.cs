using Muster.Model;

namespace Muster.Cluster.Messages;

/// <summary>A batch of facts, numbered on its link from 1.</summary>
internal readonly ref struct FactsMessage
{
    internal long Number { get; private init; }

    internal int Count { get; private init; }

    /// <summary>The facts, each with its length before it.</summary>
    internal ReadOnlySpan<byte> Facts { get; private init; }

    internal static void Write(PackWriter into, long number, int count, ReadOnlySpan<byte> facts)
    {
        into.Byte((byte)MessageKind.Facts);
        into.Number(number);
        into.Number(count);
        into.Bytes(facts);
    }

    internal static bool TryRead(ref PackReader fields, out FactsMessage message)
    {
        long number = fields.Number();
        long count = fields.Number();
        ReadOnlySpan<byte> facts = fields.Bytes();
        message = new FactsMessage { Number = number, Count = (int)Math.Min(count, int.MaxValue), Facts = facts };
        return !fields.Failed && count <= facts.Length;
    }
}
