using System.Buffers.Binary;

namespace Muster.Cluster.Sockets;

/// <summary>How messages follow each other on a link: each behind its length in four bytes, little endian.</summary>
internal static class Framing
{
    /// <summary>The longest message.</summary>
    public const int MaxMessageBytes = 1 << 20;

    /// <summary>What stands before each message.</summary>
    public const int HeadBytes = 4;

    /// <summary>The size of a buffer in ordinary times.</summary>
    public const int OrdinaryBytes = 64 * 1024;

    /// <summary>Writes a message behind its head.</summary>
    public static void Write(ReadOnlySpan<byte> message, Span<byte> into)
    {
        BinaryPrimitives.WriteInt32LittleEndian(into, message.Length);
        message.CopyTo(into[HeadBytes..]);
    }

    /// <summary>Takes the first message off whole ones.</summary>
    public static ReadOnlySpan<byte> TakeFirst(ref ReadOnlySpan<byte> messages)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(messages);
        ReadOnlySpan<byte> first = messages.Slice(HeadBytes, length);
        messages = messages[(HeadBytes + length)..];
        return first;
    }

    /// <summary>How many bytes are whole messages, and how long the message after them is, as far as that is known.</summary>
    public static int WholeMessages(ReadOnlySpan<byte> bytes, out int missing)
    {
        int whole = 0;
        missing = 0;
        while (bytes.Length - whole >= HeadBytes)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[whole..]);
            missing = (int)Math.Min(length, MaxMessageBytes + 1) + HeadBytes;
            if (length > MaxMessageBytes || bytes.Length - whole < missing)
            {
                return whole;
            }

            whole += missing;
            missing = 0;
        }

        return whole;
    }
}
