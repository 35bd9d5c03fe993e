using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Protocols.Consul.Filtering.Patterns;

/// <summary>
/// Regular expressions as Go reads them (https://github.com/google/re2/wiki/Syntax), rewritten for .NET's engine whose
/// time is linear in the text, as is Go's.
/// </summary>
internal ref partial struct GoPattern
{
    // Long patterns cost memory for as long as the filter is kept.
    private const int LongestPattern = 512;

    private readonly string _pattern;
    private readonly StringBuilder _rewritten;
    private readonly Stack<bool> _outerLines;
    private int _at;
    private bool _lines;
    private string? _problem;

    private GoPattern(string pattern)
    {
        _pattern = pattern;
        _rewritten = new StringBuilder(pattern.Length + 16);
        _outerLines = new Stack<bool>();
    }

    /// <summary>Compiles a pattern. When it is none, null, and <paramref name="problem"/> says why in Go's words.</summary>
    public static Regex? Compile(string pattern, out string problem)
    {
        if (pattern.Length > LongestPattern)
        {
            problem = $"expression too large: more than {LongestPattern} characters";
            return null;
        }

        var rewriting = new GoPattern(pattern);
        problem = rewriting.Rewrite() ?? "";
        if (problem.Length > 0)
        {
            return null;
        }

        try
        {
            return new Regex(rewriting._rewritten.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (RegexParseException bad)
        {
            problem = Complaint(bad, pattern);
        }
        catch (NotSupportedException)
        {
            problem = "expression too large";
        }

        return null;
    }

    private static string Complaint(RegexParseException bad, string pattern) => bad.Error switch
    {
        RegexParseError.InsufficientClosingParentheses => $"missing closing ): `{pattern}`",
        RegexParseError.InsufficientOpeningParentheses => $"unexpected ): `{pattern}`",
        RegexParseError.QuantifierAfterNothing => $"missing argument to repetition operator: `{pattern}`",
        RegexParseError.NestedQuantifiersNotParenthesized => $"invalid nested repetition operator: `{pattern}`",
        RegexParseError.ReversedCharacterRange => $"invalid character class range: `{pattern}`",
        RegexParseError.ReversedQuantifierRange => $"invalid repeat count: `{pattern}`",
        _ => $"invalid or unsupported syntax: `{pattern}`",
    };

    private string? Rewrite()
    {
        while (_at < _pattern.Length && _problem is null)
        {
            switch (_pattern[_at])
            {
                case '\\':
                    Escape(inClass: false);
                    break;
                case '[':
                    Class();
                    break;
                case '(':
                    Open();
                    break;
                case ')':
                    _lines = _outerLines.TryPop(out bool outer) ? outer : _lines;
                    Copy();
                    break;
                case '$':
                    // .NET's $ would also stand before a line break at the end
                    _rewritten.Append(_lines ? "$" : @"\z");
                    _at++;
                    break;
                default:
                    Copy();
                    break;
            }
        }

        return _problem;
    }

    private void Copy() => _rewritten.Append(_pattern[_at++]);

    /// <summary>An opening parenthesis and what makes it special: a name, flags, or nothing.</summary>
    private void Open()
    {
        ReadOnlySpan<char> rest = _pattern.AsSpan(_at);
        if (!rest.StartsWith("(?"))
        {
            _outerLines.Push(_lines);
            Copy();
            return;
        }

        bool named = rest.StartsWith("(?P<") || (rest.StartsWith("(?<") && !rest.StartsWith("(?<=") && !rest.StartsWith("(?<!"));
        int end = rest.IndexOfAny(named ? ">" : ":)");
        if (end < 0)
        {
            _problem = $"missing closing ): `{_pattern}`";
            return;
        }

        // names are for replacing, which filters do not do
        if (named)
        {
            _outerLines.Push(_lines);
            _rewritten.Append("(?:");
        }
        else
        {
            Flags(rest[2..end], isGroup: rest[end] == ':', rest[..(end + 1)]);
        }

        _at += end + 1;
    }

    private void Flags(ReadOnlySpan<char> flags, bool isGroup, ReadOnlySpan<char> whole)
    {
        bool known = flags.IndexOfAnyExcept("ims-") < 0 && flags.Count('-') < 2 && (isGroup || !flags.IsEmpty) && flags is not [.., '-'];
        if (!known)
        {
            _problem = $"invalid or unsupported Perl syntax: `{whole}`";
            return;
        }

        if (isGroup)
        {
            _outerLines.Push(_lines);
        }

        int minus = flags.IndexOf('-');
        int lines = flags.IndexOf('m');
        _lines = lines < 0 ? _lines : minus < 0 || lines < minus;
        _rewritten.Append(whole);
    }

    private void AppendCodePoint(uint value)
    {
        if (!Rune.IsValid(value))
        {
            _problem = $"invalid escape sequence: `{_pattern}`";
            return;
        }

        foreach (char unit in new Rune(value).ToString())
        {
            _rewritten.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        }
    }
}
