namespace Muster.Protocols.Consul.Filtering.Syntax;

/// <summary>
/// Reads filter expressions: <c>or</c> binds least, then <c>and</c>, then <c>not</c>, then parentheses and matches.
/// The language, and the wording of errors, are those of Consul's filters.
/// See https://developer.hashicorp.com/consul/api-docs/features/filtering.
/// </summary>
/// <remarks>
/// Ordered choice with backtracking, like the grammar it follows, but no alternative is read twice: the time is linear
/// in the length. Length and depth are bounded.
/// </remarks>
internal ref partial struct FilterParser
{
    /// <summary>The most characters an expression may have.</summary>
    public const int LongestExpression = 8192;

    // Deeper than any expression that people or programs write.
    private const int DeepestNesting = 100;

    private readonly string _text;
    private readonly ParseProblems _problems;
    private int _at;
    private int _depth;

    private FilterParser(string text)
    {
        _text = text;
        _problems = new ParseProblems(text);
    }

    /// <summary>Parses an expression; on failure <paramref name="problem"/> says what is wrong.</summary>
    public static FilterExpression? Parse(string text, out string problem)
    {
        if (text.Length > LongestExpression)
        {
            problem = $"the expression is longer than {LongestExpression} characters";
            return null;
        }

        var parser = new FilterParser(text);
        FilterExpression? expression = parser.Whole();
        bool valid = expression is not null && !parser._problems.HasMistakes;
        problem = valid ? "" : parser._problems.ToString();
        return valid ? expression : null;
    }

    private FilterExpression? Whole()
    {
        OptionalSpace();
        FilterExpression? expression = Or();
        if (expression is null)
        {
            return null;
        }

        OptionalSpace();
        if (_at == _text.Length)
        {
            return expression;
        }

        _problems.ExpectedEnd(_at);
        return null;
    }

    private FilterExpression? Or()
    {
        FilterExpression? first = And();
        List<FilterExpression>? parts = null;
        while (first is not null)
        {
            int mark = _at;
            FilterExpression? next = Space() && Literal("or") && Space() ? And() : null;
            if (next is null)
            {
                _at = mark;
                break;
            }

            (parts ??= [first]).Add(next);
        }

        return parts is null ? first : new FilterExpression.Any(parts);
    }

    private FilterExpression? And()
    {
        FilterExpression? first = Not();
        List<FilterExpression>? parts = null;
        while (first is not null)
        {
            int mark = _at;
            FilterExpression? next = Space() && Literal("and") && Space() ? Not() : null;
            if (next is null)
            {
                _at = mark;
                break;
            }

            (parts ??= [first]).Add(next);
        }

        return parts is null ? first : new FilterExpression.All(parts);
    }

    private FilterExpression? Not()
    {
        if (_depth == DeepestNesting)
        {
            _problems.Mistake(_at, "grouping", $"Nested more than {DeepestNesting} deep");
            return null;
        }

        _depth++;
        int mark = _at;
        FilterExpression? operand = Literal("not") && Space() ? Not() : null;
        if (operand is null)
        {
            // a value may be the very word: not in Service.Tags
            _at = mark;
            operand = Grouping();
        }
        else
        {
            operand = operand is FilterExpression.Not twice ? twice.Operand : new FilterExpression.Not(operand);
        }

        _depth--;
        return operand;
    }

    private FilterExpression? Grouping()
    {
        int mark = _at;
        int unmatched = -1;
        if (Literal("("))
        {
            OptionalSpace();
            if (Or() is { } inner)
            {
                OptionalSpace();
                if (Literal(")"))
                {
                    return inner;
                }

                unmatched = _at;
            }
        }

        _at = mark;
        FilterExpression? match = Match();
        if (match is null && unmatched >= 0)
        {
            _problems.Mistake(unmatched, "grouping", "Unmatched parentheses");
        }

        return match;
    }

    private FilterExpression.Match? Match()
    {
        int mark = _at;
        if (Selector() is { } selector)
        {
            int after = _at;
            if (ValueOperator() is { } comparison && Value() is { } value)
            {
                return new(selector, comparison, value);
            }

            _at = after;
            if (EmptinessOperator() is { } emptiness)
            {
                return new(selector, emptiness, null);
            }
        }

        _at = mark;
        if (Value() is { } sought && MembershipOperator() is { } membership)
        {
            if (Selector() is { } container)
            {
                return new(container, membership, sought);
            }

            _problems.Mistake(_at, "match", "Invalid selector");
        }

        _at = mark;
        return null;
    }

    private FilterOperator? ValueOperator()
    {
        int mark = _at;
        OptionalSpace();
        int symbol = _at;
        foreach ((string text, FilterOperator value) in (ReadOnlySpan<(string, FilterOperator)>)
            [("==", FilterOperator.Equal), ("!=", FilterOperator.NotEqual)])
        {
            _at = symbol;
            if (Literal(text))
            {
                OptionalSpace();
                return value;
            }
        }

        _at = mark;
        return Words(FilterOperator.In, "contains")
            ?? Words(FilterOperator.NotIn, "not", "contains")
            ?? Words(FilterOperator.Matches, "matches")
            ?? Words(FilterOperator.NotMatches, "not", "matches");
    }

    private FilterOperator? EmptinessOperator() =>
        Words(FilterOperator.IsEmpty, trailingSpace: false, "is", "empty")
        ?? Words(FilterOperator.IsNotEmpty, trailingSpace: false, "is", "not", "empty");

    private FilterOperator? MembershipOperator() => Words(FilterOperator.In, "in") ?? Words(FilterOperator.NotIn, "not", "in");

    private FilterOperator? Words(FilterOperator value, params ReadOnlySpan<string> words) => Words(value, trailingSpace: true, words);

    private FilterOperator? Words(FilterOperator value, bool trailingSpace, params ReadOnlySpan<string> words)
    {
        int mark = _at;
        foreach (string word in words)
        {
            if (!Space() || !Literal(word))
            {
                _at = mark;
                return null;
            }
        }

        if (!trailingSpace || Space())
        {
            return value;
        }

        _at = mark;
        return null;
    }
}
