using System.Net;
using System.Text;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>Tells IP addresses from host names as strictly as Go does, without allocating.</summary>
internal static class IpText
{
    // the longest IPv6 address with an IPv4 tail has 45
    private const int LongestAddress = 64;

    /// <summary>What kind of address a text is. Brackets and zones make it none.</summary>
    public static AddressFamily FamilyOf(ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)':'))
        {
            return !text.ContainsAny((byte)'%', (byte)'[') && IPAddress.IsValidUtf8(text) ? AddressFamily.V6 : AddressFamily.None;
        }

        return IsDottedQuad(text) ? AddressFamily.V4 : AddressFamily.None;
    }

    /// <inheritdoc cref="FamilyOf(ReadOnlySpan{byte})"/>
    public static AddressFamily FamilyOf(string text)
    {
        Span<byte> utf8 = stackalloc byte[LongestAddress];
        return Encoding.UTF8.TryGetBytes(text, utf8, out int length) ? FamilyOf(utf8[..length]) : AddressFamily.None;
    }

    /// <summary>Four decimal numbers without leading zeros. The runtime's parser would also take "1" and octal.</summary>
    private static bool IsDottedQuad(ReadOnlySpan<byte> text)
    {
        int dots = 0, digits = 0, value = 0;
        foreach (byte letter in text)
        {
            if (letter == '.' && digits > 0)
            {
                dots++;
                digits = value = 0;
            }
            else if (letter is >= (byte)'0' and <= (byte)'9' && (digits == 0 || value > 0))
            {
                digits++;
                value = (value * 10) + (letter - '0');
                if (value > 255)
                {
                    return false;
                }
            }
            else
            {
                return false;
            }
        }

        return dots == 3 && digits > 0;
    }
}
