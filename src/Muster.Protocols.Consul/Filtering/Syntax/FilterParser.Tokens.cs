namespace Muster.Protocols.Consul.Filtering.Syntax;

// Selectors, values and what they are made of. Every method that fails leaves the place where it was.
internal ref partial struct FilterParser
{
    private List<string>? Selector()
    {
        if (Identifier() is not { } first)
        {
            return null;
        }

        List<string> path = [first];
        while (Member() is { } part)
        {
            path.Add(part);
        }

        return path;
    }

    private string? Identifier()
    {
        int start = _at;
        if (_at == _text.Length || !char.IsAsciiLetter(_text[_at]))
        {
            _problems.Expected(_at, "[a-zA-Z]");
            return null;
        }

        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
        {
            _at++;
        }

        _problems.Expected(_at, "[a-zA-Z0-9_]");
        return _text[start.._at];
    }

    private string? Member()
    {
        int mark = _at;
        if (Literal("."))
        {
            if (Identifier() is { } name)
            {
                return name;
            }

            _at = mark;
        }

        return Index();
    }

    private string? Index()
    {
        int mark = _at;
        if (!Literal("["))
        {
            return null;
        }

        OptionalSpace();
        int inside = _at;
        string? key = QuotedText();
        if (key is null)
        {
            _problems.Mistake(inside, "index", "Invalid index");
            _at = mark;
            return null;
        }

        OptionalSpace();
        if (Literal("]"))
        {
            return key;
        }

        _problems.Mistake(_at, "index", "Unclosed index expression");
        _at = mark;
        return null;
    }

    private string? Value() => Selector() is { } word ? string.Join('.', word) : Number() ?? QuotedText();

    private string? Number()
    {
        int start = _at;
        Literal("-");
        if (!Digits())
        {
            _at = start;
            return null;
        }

        int whole = _at;
        if (Literal(".") && !Run(static c => char.IsAsciiDigit(c), "[0-9]"))
        {
            _at = whole;
        }

        if (_at == _text.Length || _text[_at] is ' ' or '\t' or '\r' or '\n' or ')')
        {
            return _text[start.._at];
        }

        _problems.Mistake(_at, "number", "Invalid number literal");
        _at = start;
        return null;
    }

    /// <summary>A zero alone, or digits that do not start with one.</summary>
    private bool Digits()
    {
        if (Literal("0"))
        {
            return true;
        }

        if (_at == _text.Length || _text[_at] is < '1' or > '9')
        {
            _problems.Expected(_at, "[1-9]");
            return false;
        }

        return Run(static c => char.IsAsciiDigit(c), "[0-9]");
    }

    private string? QuotedText()
    {
        int start = _at;
        char quote = Literal("`") ? '`' : Literal("\"") ? '"' : '\0';
        if (quote == '\0')
        {
            return null;
        }

        int end = _text.AsSpan(_at).IndexOf(quote);
        if (end < 0)
        {
            _problems.Mistake(_text.Length, "string", "Unterminated string literal");
            _at = start;
            return null;
        }

        _at += end + 1;
        if (!GoText.TryUnquote(_text.AsSpan(start, _at - start), out string text))
        {
            _problems.Mistake(start, "string", "invalid syntax");
        }

        return text;
    }

    private bool Literal(string text)
    {
        if (_text.AsSpan(_at).StartsWith(text, StringComparison.Ordinal))
        {
            _at += text.Length;
            return true;
        }

        _problems.ExpectedWord(_at, text);
        return false;
    }

    private bool Space() => Run(static c => c is ' ' or '\t' or '\r' or '\n', "[ \\t\\r\\n]");

    private void OptionalSpace() => Space();

    /// <summary>One character of a kind, or more.</summary>
    private bool Run(Func<char, bool> isKind, string kind)
    {
        int start = _at;
        while (_at < _text.Length && isKind(_text[_at]))
        {
            _at++;
        }

        _problems.Expected(_at, kind);
        return _at > start;
    }
}
