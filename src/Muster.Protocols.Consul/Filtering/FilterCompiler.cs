using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Filtering.Fields;
using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering;

/// <summary>From the text of a filter to a condition on rows. Never throws on what clients send.</summary>
internal static class FilterCompiler
{
    /// <summary>Compiles an expression for rows with the fields of a table.</summary>
    public static CompiledFilter Compile(string text, GroupField table)
    {
        if (FilterParser.Parse(text, out string problem) is not { } expression)
        {
            return new CompiledFilter(problem);
        }

        return Bind(expression, table, out problem) is { } condition ? new CompiledFilter(condition) : new CompiledFilter(problem);
    }

    private static Condition? Bind(FilterExpression expression, GroupField table, out string problem)
    {
        switch (expression)
        {
            case FilterExpression.All all:
                return BindAll(all.Parts, table, out problem) is { } every ? new AllConditions(every) : null;
            case FilterExpression.Any any:
                return BindAll(any.Parts, table, out problem) is { } some ? new AnyCondition(some) : null;
            case FilterExpression.Not not:
                return Bind(not.Operand, table, out problem) is { } operand ? new NotCondition(operand) : null;
            default:
                return BindMatch((FilterExpression.Match)expression, table, out problem);
        }
    }

    private static Condition[]? BindAll(IReadOnlyList<FilterExpression> parts, GroupField table, out string problem)
    {
        var conditions = new Condition[parts.Count];
        problem = "";
        for (int i = 0; i < conditions.Length; i++)
        {
            if (Bind(parts[i], table, out problem) is not { } condition)
            {
                return null;
            }

            conditions[i] = condition;
        }

        return conditions;
    }

    private static Condition? BindMatch(FilterExpression.Match match, GroupField table, out string problem)
    {
        FilterField field = table;
        for (int depth = 0; depth < match.Selector.Count; depth++)
        {
            if (field.Member(match.Selector[depth]) is not { } member)
            {
                problem = $"Selector {GoText.Quote(string.Join('.', match.Selector.Take(depth + 1)))} is not valid";
                return null;
            }

            field = member;
        }

        if (!field.Supports(match.Operator))
        {
            problem = $"Invalid match operator {GoText.Quote(match.Operator.ToText())} for selector "
                + GoText.Quote(string.Join('.', match.Selector));
            return null;
        }

        return field.Compile(match, out problem);
    }
}
