using System.Globalization;
using System.Text;

namespace Muster.Protocols.Consul.Filtering.Syntax;

/// <summary>
/// Gathers what a parse could have gone on with at the farthest place it reached, and the mistakes that were recognized
/// as such, and words them as Consul does.
/// </summary>
internal sealed class ParseProblems(string text)
{
    // Each mistake is reported once, and one line is enough for most: a handful is plenty.
    private const int MostMistakes = 8;

    private readonly SortedSet<string> _expected = new(StringComparer.Ordinal);
    private readonly List<string> _mistakes = [];
    private int _farthest;
    private bool _expectedEnd;

    /// <summary>True when something is wrong, whatever else matched.</summary>
    public bool HasMistakes => _mistakes.Count > 0;

    /// <summary>Something was looked for at a place and was not there.</summary>
    public void Expected(int at, string what)
    {
        if (Reaches(at))
        {
            _expected.Add(what);
        }
    }

    /// <summary>A fixed text was looked for at a place and was not there.</summary>
    public void ExpectedWord(int at, string text)
    {
        if (Reaches(at))
        {
            _expected.Add(GoText.Quote(text));
        }
    }

    /// <summary>The end was looked for at a place and was not there.</summary>
    public void ExpectedEnd(int at) => _expectedEnd |= Reaches(at);

    /// <summary>A mistake of a known kind.</summary>
    public void Mistake(int at, string rule, string message)
    {
        string line = $"{PlaceOf(at)}: rule \"{rule}\": {message}";
        if (_mistakes.Count < MostMistakes && !_mistakes.Contains(line))
        {
            _mistakes.Add(line);
        }
    }

    /// <summary>What to tell the client.</summary>
    public override string ToString() =>
        HasMistakes ? string.Join('\n', _mistakes) : $"{PlaceOf(_farthest)}: no match found, expected: {ExpectedList()}";

    private bool Reaches(int at)
    {
        if (at > _farthest)
        {
            _farthest = at;
            _expected.Clear();
            _expectedEnd = false;
        }

        return at == _farthest;
    }

    private string ExpectedList()
    {
        List<string> all = [.. _expected];
        if (_expectedEnd)
        {
            all.Add("EOF");
        }

        return all.Count < 2 ? string.Concat(all) : string.Join(", ", all[..^1]) + " or " + all[^1];
    }

    /// <summary>Line and column in characters, both from 1, and the offset in bytes.</summary>
    private string PlaceOf(int at)
    {
        int line = 1, column = 0, index = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (index > at)
            {
                break;
            }

            (line, column) = rune.Value == '\n' ? (line + 1, 0) : (line, column + 1);
            index += rune.Utf16SequenceLength;
        }

        column += at >= text.Length ? 1 : 0;
        int bytes = Encoding.UTF8.GetByteCount(text.AsSpan(0, Math.Min(at, text.Length)));
        return string.Create(CultureInfo.InvariantCulture, $"{line}:{column} ({bytes})");
    }
}
