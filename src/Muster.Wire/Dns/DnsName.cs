using System.Buffers.Binary;
using System.Text;

namespace Muster.Wire.Dns;

/// <summary>
/// Domain names in wire form: length-prefixed labels ended by an empty one (RFC 1035, 3.1). Nothing here
/// throws on what a packet may hold, and a compression pointer must point before the place where the name
/// started or last jumped to, so reading a name always ends.
/// </summary>
public static class DnsName
{
    /// <summary>Most bytes of a name in wire form, the closing empty label included.</summary>
    public const int MaxLength = 255;

    /// <summary>Most bytes of one label.</summary>
    public const int MaxLabelLength = 63;

    /// <summary>The farthest offset a compression pointer can name.</summary>
    internal const int MaxPointer = 0x3FFF;

    private const byte PointerMark = 0xC0;

    /// <summary>
    /// Measures an uncompressed name that starts <paramref name="data"/>; false when it does not end inside,
    /// is too long, or holds a pointer.
    /// </summary>
    public static bool TryMeasure(ReadOnlySpan<byte> data, out int length)
    {
        length = 0;
        while ((uint)length < (uint)data.Length)
        {
            int label = data[length];
            if (label == 0)
            {
                length++;
                return length <= MaxLength;
            }

            if (label > MaxLabelLength)
            {
                return false;
            }

            length += label + 1;
            if (length >= MaxLength)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Moves <paramref name="offset"/> behind the name at it without following a pointer.</summary>
    public static bool TrySkip(ReadOnlySpan<byte> message, ref int offset)
    {
        int start = offset;
        while ((uint)offset < (uint)message.Length)
        {
            int label = message[offset];
            if (label == 0)
            {
                offset++;
                return true;
            }

            if ((label & PointerMark) == PointerMark)
            {
                offset += 2;
                return offset <= message.Length;
            }

            if (label > MaxLabelLength)
            {
                return false;
            }

            offset += label + 1;
            if (offset - start >= MaxLength)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>
    /// Reads the possibly compressed name at <paramref name="offset"/> into <paramref name="destination"/>
    /// in uncompressed wire form and moves <paramref name="offset"/> behind it.
    /// </summary>
    public static bool TryExpand(ReadOnlySpan<byte> message, ref int offset, Span<byte> destination, out int length)
    {
        length = 0;
        int cursor = offset;
        int barrier = offset;
        bool jumped = false;
        while ((uint)cursor < (uint)message.Length)
        {
            int label = message[cursor];
            if ((label & PointerMark) == PointerMark)
            {
                if (cursor + 2 > message.Length)
                {
                    return false;
                }

                int target = BinaryPrimitives.ReadUInt16BigEndian(message[cursor..]) & MaxPointer;
                if (target >= barrier)
                {
                    return false;
                }

                offset = jumped ? offset : cursor + 2;
                jumped = true;
                barrier = target;
                cursor = target;
                continue;
            }

            int size = label + 1;
            if (label > MaxLabelLength || cursor + size > message.Length || length + size > Math.Min(destination.Length, MaxLength))
            {
                return false;
            }

            message.Slice(cursor, size).CopyTo(destination[length..]);
            length += size;
            cursor += size;
            if (label == 0)
            {
                offset = jumped ? offset : cursor;
                return true;
            }
        }

        return false;
    }

    /// <summary>Compares two names in wire form the way DNS does: ASCII letters match in either case.</summary>
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Ascii.EqualsIgnoreCase(left, right) || (left.Length == right.Length && EqualsBytewise(left, right));

    /// <summary>Copies a name with ASCII letters in lower case. Length bytes are below 'A', so they stay as they are.</summary>
    public static void ToLower(ReadOnlySpan<byte> name, Span<byte> destination)
    {
        for (int i = 0; i < name.Length; i++)
        {
            byte value = name[i];
            destination[i] = (uint)(value - 'A') <= 'Z' - 'A' ? (byte)(value | 0x20) : value;
        }
    }

    /// <summary>
    /// Encodes dotted text (with or without the closing dot) as a wire-form name; false when a label is empty
    /// or too long, the name is too long, a character is not ASCII, or the destination too small.
    /// </summary>
    public static bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int length)
    {
        if (!TryEncodeLabels(text, destination, out length) || length >= Math.Min(destination.Length, MaxLength))
        {
            return false;
        }

        destination[length++] = 0;
        return true;
    }

    /// <summary>As <see cref="TryEncode"/>, without the closing empty label: a prefix to put before another name.</summary>
    public static bool TryEncodeLabels(ReadOnlySpan<char> text, Span<byte> destination, out int length)
    {
        length = 0;
        if (text.EndsWith('.'))
        {
            text = text[..^1];
        }

        while (!text.IsEmpty)
        {
            int dot = text.IndexOf('.');
            ReadOnlySpan<char> label = dot < 0 ? text : text[..dot];
            bool fits = label.Length is > 0 and <= MaxLabelLength && length + 1 + label.Length <= destination.Length;
            if (!fits || !Ascii.IsValid(label) || dot == text.Length - 1)
            {
                return false;
            }

            destination[length] = (byte)label.Length;
            Encoding.ASCII.GetBytes(label, destination[(length + 1)..]);
            length += 1 + label.Length;
            text = dot < 0 ? default : text[(dot + 1)..];
        }

        return length < MaxLength;
    }

    /// <summary>
    /// A name in wire form as dotted text with a closing dot. A dot, a backslash or an unprintable byte inside
    /// a label is escaped as in zone files (<c>\.</c>, <c>\\</c>, <c>\007</c>).
    /// </summary>
    public static string ToText(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name[0] == 0)
        {
            return ".";
        }

        StringBuilder text = new(name.Length + 8);
        while (!name.IsEmpty && name[0] != 0)
        {
            int label = Math.Min(name[0], name.Length - 1);
            AppendLabel(text, name.Slice(1, label));
            text.Append('.');
            name = name[(label + 1)..];
        }

        return text.ToString();
    }

    private static void AppendLabel(StringBuilder text, ReadOnlySpan<byte> label)
    {
        foreach (byte value in label)
        {
            if (value is (byte)'.' or (byte)'\\')
            {
                text.Append('\\').Append((char)value);
            }
            else if (value is > 0x20 and < 0x7F)
            {
                text.Append((char)value);
            }
            else
            {
                text.Append('\\').Append(value.ToString("D3", null));
            }
        }
    }

    // Ascii.EqualsIgnoreCase is false as soon as a byte is not ASCII; labels may hold any byte.
    private static bool EqualsBytewise(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (int i = 0; i < left.Length; i++)
        {
            byte a = left[i];
            byte b = right[i];
            if (a != b && ((a ^ b) != 0x20 || (uint)((a | 0x20) - 'a') > 'z' - 'a'))
            {
                return false;
            }
        }

        return true;
    }
}
