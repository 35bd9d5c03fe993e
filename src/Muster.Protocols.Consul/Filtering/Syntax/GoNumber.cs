namespace Muster.Protocols.Consul.Filtering.Syntax;

/// <summary>Whole numbers as Go reads them: decimal, or with a prefix for base 2, 8 or 16.</summary>
internal static class GoNumber
{
    /// <summary>Reads a number; on failure <paramref name="problem"/> is Go's own message.</summary>
    public static bool TryParse(string text, out long value, out string problem)
    {
        bool negative = text.StartsWith('-');
        ReadOnlySpan<char> digits = negative || text.StartsWith('+') ? text.AsSpan(1) : text;
        int radix = RadixOf(ref digits);
        value = 0;
        problem = $"strconv.ParseInt: parsing {GoText.Quote(text)}: invalid syntax";
        if (digits.IsEmpty)
        {
            return false;
        }

        UInt128 sum = 0;
        foreach (char c in digits)
        {
            int digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiHexDigit(c) ? (c | 0x20) - 'a' + 10 : radix;
            if (digit >= radix)
            {
                return false;
            }

            // beyond 64 bits only that it is too large matters
            sum = sum > long.MaxValue ? sum : (sum * (uint)radix) + (uint)digit;
        }

        UInt128 most = (ulong)long.MaxValue + (negative ? 1UL : 0UL);
        if (sum > most)
        {
            problem = $"strconv.ParseInt: parsing {GoText.Quote(text)}: value out of range";
            return false;
        }

        value = negative ? unchecked(-(long)(ulong)sum) : (long)sum;
        problem = "";
        return true;
    }

    /// <summary>Takes the prefix off that says which base the digits are in.</summary>
    private static int RadixOf(ref ReadOnlySpan<char> digits)
    {
        if (digits.Length < 2 || digits[0] != '0')
        {
            return 10;
        }

        (int radix, int prefix) = char.ToLowerInvariant(digits[1]) switch
        {
            'x' => (16, 2),
            'b' => (2, 2),
            'o' => (8, 2),
            _ => (8, 1),
        };
        digits = digits[prefix..];
        return radix;
    }
}
