using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Protocols.Consul.Filtering.Patterns;

// Escapes and character classes. Go's \d, \w and \s know ASCII only.
internal ref partial struct GoPattern
{
    private const string Digits = "0-9", Words = "0-9A-Za-z_", Spaces = @"\t\n\f\r ";

    private void Escape(bool inClass)
    {
        if (_at + 1 == _pattern.Length)
        {
            _problem = "trailing backslash at end of expression: ``";
            return;
        }

        char kind = _pattern[_at + 1];
        switch (kind)
        {
            case 'd' or 'w' or 's':
                Ascii(kind == 'd' ? Digits : kind == 'w' ? Words : Spaces, inClass, "[");
                break;
            case 'D' or 'W' or 'S' when !inClass:
                Ascii(kind == 'D' ? Digits : kind == 'W' ? Words : Spaces, inClass, "[^");
                break;
            case 'Q':
                Quoted();
                break;
            case 'x':
                Hexadecimal();
                break;
            case >= '0' and <= '7':
                Octal();
                break;
            case 'p' or 'P' when _at + 2 < _pattern.Length && char.IsAsciiLetter(_pattern[_at + 2]):
                _rewritten.Append('\\').Append(kind).Append('{').Append(_pattern[_at + 2]).Append('}');
                _at += 3;
                break;
            case 'a' or 'b' or 'f' or 'n' or 'p' or 'r' or 't' or 'v' or 'A' or 'B' or 'D' or 'P' or 'S' or 'W' or 'z':
                Copy();
                Copy();
                break;
            default:
                Punctuation(kind);
                break;
        }
    }

    private void Punctuation(char kind)
    {
        if (kind > '\u007f' || char.IsAsciiLetterOrDigit(kind))
        {
            _problem = $"invalid escape sequence: `\\{kind}`";
            return;
        }

        Copy();
        Copy();
    }

    private void Ascii(string set, bool inClass, string opening)
    {
        _rewritten.Append(inClass ? set : opening + set + "]");
        _at += 2;
    }

    private void Quoted()
    {
        int start = _at + 2;
        int end = _pattern.IndexOf(@"\E", start, StringComparison.Ordinal);
        _rewritten.Append(Regex.Escape(end < 0 ? _pattern[start..] : _pattern[start..end]));
        _at = end < 0 ? _pattern.Length : end + 2;
    }

    private void Hexadecimal()
    {
        ReadOnlySpan<char> rest = _pattern.AsSpan(_at + 2);
        bool braced = rest is ['{', ..];
        int end = braced ? rest.IndexOf('}') : Math.Min(2, rest.Length);
        ReadOnlySpan<char> digits = end < 0 ? default : rest[(braced ? 1 : 0)..end];
        bool valid = uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value)
            && (braced || digits.Length == 2);
        if (!valid)
        {
            _problem = $"invalid escape sequence: `{_pattern[_at..]}`";
            return;
        }

        _at += 2 + end + (braced ? 1 : 0);
        AppendCodePoint(value);
    }

    /// <summary>Up to three octal digits. One digit alone would refer back to a group, which Go does not do.</summary>
    private void Octal()
    {
        uint value = 0;
        int digits = 0;
        while (digits < 3 && _at + 1 + digits < _pattern.Length && _pattern[_at + 1 + digits] is >= '0' and <= '7')
        {
            value = (value * 8) + (uint)(_pattern[_at + 1 + digits] - '0');
            digits++;
        }

        if (digits == 1 && value != 0)
        {
            _problem = $"invalid escape sequence: `{_pattern[_at..(_at + 2)]}`";
            return;
        }

        _at += 1 + digits;
        AppendCodePoint(value);
    }

    private void Class()
    {
        int start = _at;
        Copy();
        if (_at < _pattern.Length && _pattern[_at] == '^')
        {
            Copy();
        }

        // a bracket that comes first is meant as such
        bool first = true;
        while (_at < _pattern.Length && _problem is null)
        {
            char c = _pattern[_at];
            if (c == ']' && !first)
            {
                Copy();
                return;
            }

            first = false;
            ClassMember(c);
        }

        _problem ??= $"missing closing ]: `{_pattern[start..]}`";
    }

    private void ClassMember(char c)
    {
        if (c == '\\')
        {
            Escape(inClass: true);
        }
        else if (_pattern.AsSpan(_at).StartsWith("[:"))
        {
            NamedClass();
        }
        else
        {
            // .NET would take away from the class what a bracket within it lists
            _rewritten.Append(c is '[' or ']' ? @"\" : "").Append(c);
            _at++;
        }
    }

    private void NamedClass()
    {
        int end = _pattern.IndexOf(":]", _at + 2, StringComparison.Ordinal);
        string name = end < 0 ? "" : _pattern[(_at + 2)..end];
        string? set = name switch
        {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "ascii" => @"\x00-\x7f",
            "blank" => @"\t ",
            "cntrl" => @"\x00-\x1f\x7f",
            "digit" => Digits,
            "graph" => "!-~",
            "lower" => "a-z",
            "print" => " -~",
            "punct" => @"!-/:-@\[-`{-~",
            "space" => @"\t\n\v\f\r ",
            "upper" => "A-Z",
            "word" => Words,
            "xdigit" => "0-9A-Fa-f",
            _ => null,
        };
        if (set is null)
        {
            _problem = $"invalid character class range: `{_pattern[_at..(end < 0 ? _pattern.Length : end + 2)]}`";
            return;
        }

        _rewritten.Append(set);
        _at = end + 2;
    }
}
