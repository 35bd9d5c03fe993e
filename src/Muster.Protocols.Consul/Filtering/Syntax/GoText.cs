using System.Globalization;
using System.Text;

namespace Muster.Protocols.Consul.Filtering.Syntax;

/// <summary>String literals as Go writes and reads them.</summary>
internal static class GoText
{
    /// <summary>Puts a text in double quotes, as Go's <c>%q</c> does.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2);
        quoted.Append('"');
        foreach (char c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    quoted.Append('\\').Append(c);
                    break;
                case '\n':
                    quoted.Append("\\n");
                    break;
                case '\r':
                    quoted.Append("\\r");
                    break;
                case '\t':
                    quoted.Append("\\t");
                    break;
                case < ' ' or '\u007f':
                    quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
                    break;
                default:
                    quoted.Append(c);
                    break;
            }
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Reads a literal with its quotes, <c>"..."</c> or <c>`...`</c>. False for what Go would refuse.</summary>
    public static bool TryUnquote(ReadOnlySpan<char> literal, out string text)
    {
        ReadOnlySpan<char> inner = literal[1..^1];
        if (literal[0] == '`')
        {
            text = inner.ToString().Replace("\r", "", StringComparison.Ordinal);
            return true;
        }

        text = inner.ToString();
        if (inner.Contains('\n'))
        {
            return false;
        }

        return !inner.Contains('\\') || TryUnescape(inner, out text);
    }

    private static bool TryUnescape(ReadOnlySpan<char> escaped, out string text)
    {
        // \x and octal escapes stand for bytes, so the text is put together in UTF-8
        text = "";
        using var utf8 = new MemoryStream(escaped.Length);
        while (!escaped.IsEmpty)
        {
            int slash = escaped.IndexOf('\\');
            ReadOnlySpan<char> plain = slash < 0 ? escaped : escaped[..slash];
            utf8.Write(Encoding.UTF8.GetBytes(plain.ToString()));
            escaped = escaped[plain.Length..];
            if (slash >= 0 && !TryEscape(ref escaped, utf8))
            {
                return false;
            }
        }

        text = Encoding.UTF8.GetString(utf8.GetBuffer().AsSpan(0, (int)utf8.Length));
        return true;
    }

    private static bool TryEscape(ref ReadOnlySpan<char> rest, MemoryStream utf8)
    {
        char kind = rest.Length > 1 ? rest[1] : '\0';
        int simple = "abfnrtv\\".IndexOf(kind, StringComparison.Ordinal);
        if (simple >= 0)
        {
            utf8.WriteByte("\a\b\f\n\r\t\v\\"u8[simple]);
            rest = rest[2..];
            return true;
        }

        return kind switch
        {
            'x' => TryByte(ref rest, utf8, skip: 2, digits: 2, radix: 16),
            >= '0' and <= '7' => TryByte(ref rest, utf8, skip: 1, digits: 3, radix: 8),
            'u' => TryRune(ref rest, utf8, digits: 4),
            'U' => TryRune(ref rest, utf8, digits: 8),
            _ => false,
        };
    }

    private static bool TryByte(ref ReadOnlySpan<char> rest, MemoryStream utf8, int skip, int digits, int radix)
    {
        bool valid = TryNumber(rest[skip..], digits, radix, out uint value) && value <= byte.MaxValue;
        if (valid)
        {
            utf8.WriteByte((byte)value);
            rest = rest[(skip + digits)..];
        }

        return valid;
    }

    private static bool TryRune(ref ReadOnlySpan<char> rest, MemoryStream utf8, int digits)
    {
        if (!TryNumber(rest[2..], digits, 16, out uint value) || !Rune.TryCreate(value, out Rune rune))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[4];
        utf8.Write(bytes[..rune.EncodeToUtf8(bytes)]);
        rest = rest[(2 + digits)..];
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, int digits, int radix, out uint value)
    {
        value = 0;
        if (text.Length < digits)
        {
            return false;
        }

        foreach (char c in text[..digits])
        {
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (digit >= radix)
            {
                return false;
            }

            value = (value * (uint)radix) + (uint)digit;
        }

        return true;
    }
}
