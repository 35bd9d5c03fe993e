using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Muster.Protocols.Dns.Naming;

/// <summary>
/// Reads addresses as Consul does: IPv4 only as four plain decimal numbers (so <c>010.0.0.1</c> or <c>1</c> is a
/// host name, not an address), IPv6 without a zone; an IPv4-mapped IPv6 address is the IPv4 one.
/// </summary>
internal static class AddressText
{
    public const int V4Size = 4;
    public const int V6Size = 16;

    /// <summary>Writes 4 or 16 bytes; false when the text is no address.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, Span<byte> address, out int size)
    {
        if (TryParseV4(text, address))
        {
            size = V4Size;
            return true;
        }

        size = 0;
        if (text.IndexOf((byte)':') < 0 || text.IndexOf((byte)'%') >= 0 || !IPAddress.TryParse(text, out IPAddress? parsed))
        {
            return false;
        }

        parsed = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return parsed.TryWriteBytes(address, out size);
    }

    /// <summary>Reads 8 or 32 hexadecimal digits.</summary>
    public static bool TryParseHex(ReadOnlySpan<byte> text, Span<byte> address, out int size)
    {
        size = text.Length / 2;
        if (text.Length is not (2 * V4Size or 2 * V6Size))
        {
            return false;
        }

        for (int i = 0; i < size; i++)
        {
            if (!byte.TryParse(text.Slice(2 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out address[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>An address as one label: <c>10-0-0-1</c>, or eight groups of hexadecimal digits without leading zeros.</summary>
    public static string ToDashes(ReadOnlySpan<byte> address)
    {
        if (address.Length == V4Size)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{address[0]}-{address[1]}-{address[2]}-{address[3]}");
        }

        StringBuilder text = new();
        for (int i = 0; i < V6Size; i += 2)
        {
            text.Append(i > 0 ? "-" : "").Append(BinaryPrimitives.ReadUInt16BigEndian(address[i..]).ToString("x", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    /// <summary>Reads what <see cref="ToDashes"/> wrote.</summary>
    public static bool TryParseDashes(ReadOnlySpan<byte> label, Span<byte> address, out int size)
    {
        int dashes = label.Count((byte)'-');
        size = dashes == 3 ? V4Size : V6Size;
        return dashes is 3 or 7 && TryParseGroups(label, (byte)'-', dashes == 3, address);
    }

    /// <summary>Reads the part before <c>in-addr.arpa</c> or <c>ip6.arpa</c>.</summary>
    public static bool TryParseReverse(ReadOnlySpan<byte> text, bool v4, Span<byte> address, out int size)
    {
        size = v4 ? V4Size : V6Size;
        if (v4)
        {
            bool read = text.Count((byte)'.') == 3 && TryParseGroups(text, (byte)'.', isDecimal: true, address);
            address[..V4Size].Reverse();
            return read;
        }

        if (text.Length != (4 * V6Size) - 1)
        {
            return false;
        }

        for (int i = 0; i < 2 * V6Size; i++)
        {
            int digit = HexDigit(text[2 * i]);
            if (digit < 0 || (i > 0 && text[(2 * i) - 1] != '.'))
            {
                return false;
            }

            ref byte part = ref address[V6Size - 1 - (i / 2)];
            part = i % 2 == 0 ? (byte)digit : (byte)(part | (digit << 4));
        }

        return true;
    }

    /// <summary>An address as one number; IPv4 addresses are those of <c>::ffff:0:0/96</c>.</summary>
    public static UInt128 ToNumber(ReadOnlySpan<byte> address) => address.Length == V4Size
        ? new UInt128(0, 0xFFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(address))
        : BinaryPrimitives.ReadUInt128BigEndian(address);

    // Four decimal groups of one byte, or eight hexadecimal groups of two; leading zeros are refused, so each address has one text.
    private static bool TryParseGroups(ReadOnlySpan<byte> text, byte separator, bool isDecimal, Span<byte> address)
    {
        int most = isDecimal ? byte.MaxValue : ushort.MaxValue;
        int value = -1;
        int written = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] != separator)
            {
                int digit = HexDigit(text[i]);
                if (digit < 0 || (isDecimal && digit > 9) || value == 0)
                {
                    return false;
                }

                value = (Math.Max(value, 0) * (isDecimal ? 10 : 16)) + digit;
                if (value > most)
                {
                    return false;
                }

                continue;
            }

            if (value < 0)
            {
                return false;
            }

            if (!isDecimal)
            {
                address[written++] = (byte)(value >> 8);
            }

            address[written++] = (byte)value;
            value = -1;
        }

        return true;
    }

    private static int HexDigit(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => character - '0',
        >= (byte)'a' and <= (byte)'f' => character - 'a' + 10,
        _ => -1,
    };

    private static bool TryParseV4(ReadOnlySpan<byte> text, Span<byte> address) =>
        text.Count((byte)'.') == 3 && TryParseGroups(text, (byte)'.', isDecimal: true, address);
}
