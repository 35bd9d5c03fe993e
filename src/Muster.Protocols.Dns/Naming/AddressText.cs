using System.Globalization;
using System.Net;

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

    private static bool TryParseV4(ReadOnlySpan<byte> text, Span<byte> address)
    {
        int part = 0;
        int value = -1;
        foreach (byte character in text)
        {
            if (character == '.')
            {
                if (value < 0 || part == V4Size - 1)
                {
                    return false;
                }

                address[part++] = (byte)value;
                value = -1;
                continue;
            }

            int digit = character - '0';
            if ((uint)digit > 9 || value == 0)
            {
                return false;
            }

            value = (Math.Max(value, 0) * 10) + digit;
            if (value > byte.MaxValue)
            {
                return false;
            }
        }

        if (part != V4Size - 1 || value < 0)
        {
            return false;
        }

        address[part] = (byte)value;
        return true;
    }
}
