using System.Text.RegularExpressions;
using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Filtering.Patterns;
using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>Makes the test that a match asks of a text; <c>!=</c> and its like make that of their positive twin.</summary>
internal static class TextTests
{
    public static bool Supports(FilterOperator matchOperator) =>
        matchOperator is not (FilterOperator.IsEmpty or FilterOperator.IsNotEmpty);

    public static TextTest? Of(FilterExpression.Match match, out string problem)
    {
        problem = "";
        return match.Operator switch
        {
            FilterOperator.Equal or FilterOperator.NotEqual => new EqualTest(match.Value!),
            FilterOperator.In or FilterOperator.NotIn => new ContainsTest(match.Value!),
            _ => Pattern(match.Value!, out problem),
        };
    }

    private static PatternTest? Pattern(string pattern, out string problem)
    {
        Regex? regex = GoPattern.Compile(pattern, out string complaint);
        problem = regex is null
            ? $"Failed to compile regular expression {GoText.Quote(pattern)}: error parsing regexp: {complaint}"
            : "";
        return regex is null ? null : new PatternTest(regex);
    }
}
