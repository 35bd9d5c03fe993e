using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Muster.Model;

namespace Muster.Protocols.Dns.Answers;

/// <summary>
/// Encodes a node's metadata as the data of TXT records: <c>key=value</c> with RFC 1464's back quotes; a key that
/// starts with <c>rfc1035-</c> gives its bare value.
/// </summary>
internal static class NodeText
{
    /// <summary>Bytes of the largest TXT data written; a pair that needs more is left out.</summary>
    public const int MaxData = 2048;

    private const string BareKeyPrefix = "rfc1035-";
    private const int MaxString = 255;

    /// <summary>Writes one pair as TXT data; false when it does not fit into <paramref name="data"/>.</summary>
    public static bool TryEncode(string key, string value, Span<byte> data, out int length)
    {
        length = 0;
        Span<byte> text = stackalloc byte[MaxData];
        TextWriter writer = new(text);
        bool fits = key.StartsWith(BareKeyPrefix, StringComparison.OrdinalIgnoreCase)
            ? writer.TryAppend(value, quotesEquals: false, quotes: false)
            : writer.TryAppend(key, quotesEquals: true, quotes: true) && writer.TryAppendByte((byte)'=')
                && writer.TryAppend(value, quotesEquals: false, quotes: true);
        int strings = Math.Max(1, (writer.Length + MaxString - 1) / MaxString);
        if (!fits || writer.Length + strings > data.Length)
        {
            return false;
        }

        for (int start = 0; strings > 0; start += MaxString, strings--)
        {
            ReadOnlySpan<byte> part = text[start..Math.Min(start + MaxString, writer.Length)];
            data[length] = (byte)part.Length;
            part.CopyTo(data[(length + 1)..]);
            length += part.Length + 1;
        }

        return true;
    }

    /// <summary>Writes all pairs, each behind its length in two bytes; returns how much was written.</summary>
    public static int WriteAll(NodeDefinition node, ArrayBufferWriter<byte> output)
    {
        int before = output.WrittenCount;
        foreach ((string key, string value) in node.Metadata)
        {
            Span<byte> space = output.GetSpan(sizeof(ushort) + MaxData);
            if (TryEncode(key, value, space[sizeof(ushort)..], out int length))
            {
                BinaryPrimitives.WriteUInt16BigEndian(space, (ushort)length);
                output.Advance(sizeof(ushort) + length);
            }
        }

        return output.WrittenCount - before;
    }

    private ref struct TextWriter(Span<byte> text)
    {
        private readonly Span<byte> _text = text;

        public int Length { get; private set; }

        public bool TryAppend(ReadOnlySpan<char> source, bool quotesEquals, bool quotes)
        {
            int firstInner = quotesEquals ? source.Length - source.TrimStart(' ').Length : 0;
            int lastInner = quotesEquals ? source.TrimEnd(' ').Length : source.Length;
            for (int i = 0; i < source.Length;)
            {
                char character = source[i];
                bool quoted = quotes && (character == '`' || (quotesEquals && (character == '=' || i < firstInner || i >= lastInner)));
                Rune.DecodeFromUtf16(source[i..], out Rune rune, out int consumed);
                if ((quoted && !TryAppendByte((byte)'`')) || !rune.TryEncodeToUtf8(_text[Length..], out int written))
                {
                    return false;
                }

                Length += written;
                i += consumed;
            }

            return true;
        }

        public bool TryAppendByte(byte value)
        {
            if (Length == _text.Length)
            {
                return false;
            }

            _text[Length++] = value;
            return true;
        }
    }
}
