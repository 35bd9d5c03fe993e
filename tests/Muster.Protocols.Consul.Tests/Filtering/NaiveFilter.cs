using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Tests.Filtering;

/// <summary>The language's rules over the JSON that clients see, as plainly as they can be written.</summary>
internal static class NaiveFilter
{
    public static bool Accepts(FilterExpression expression, JsonNode row) => expression switch
    {
        FilterExpression.All all => all.Parts.All(part => Accepts(part, row)),
        FilterExpression.Any any => any.Parts.Any(part => Accepts(part, row)),
        FilterExpression.Not not => !Accepts(not.Operand, row),
        FilterExpression.Match match => Holds(match, row, 0),
        _ => throw new ArgumentException("unknown expression", nameof(expression)),
    };

    private static bool Holds(FilterExpression.Match match, JsonNode? value, int depth)
    {
        if (depth == match.Selector.Count)
        {
            bool positive = match.Operator switch
            {
                FilterOperator.Equal or FilterOperator.NotEqual => Text(value ?? ZeroOf(match.Selector[^1])) == match.Value,
                FilterOperator.In or FilterOperator.NotIn => (value is not null || !IsMap(match.Selector[^1])) && IsIn(match.Value!, value),
                FilterOperator.IsEmpty or FilterOperator.IsNotEmpty => IsEmpty(value),
                _ => Regex.IsMatch(Text(value), match.Value!, RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout),
            };
            return positive != match.Operator.IsNegated();
        }

        string name = match.Selector[depth];
        if (value is JsonArray list)
        {
            return list.Any(item => Holds(match, item, depth));
        }

        if (value is JsonObject members && members.TryGetPropertyValue(name, out JsonNode? member))
        {
            return Holds(match, member, depth + 1);
        }

        // what Go leaves out of JSON is there all the same, with its zero value
        return depth > 0 && IsMap(match.Selector[depth - 1])
            ? match.Operator is not (FilterOperator.Equal or FilterOperator.In or FilterOperator.IsNotEmpty)
            : Holds(match, null, depth + 1);
    }

    private static bool IsMap(string name) =>
        name.EndsWith("Meta", StringComparison.Ordinal) || name.EndsWith("TaggedAddresses", StringComparison.Ordinal);

    private static bool IsIn(string sought, JsonNode? value) => value switch
    {
        JsonObject map => map.ContainsKey(sought),
        JsonArray list => list.Any(item => (string?)item == sought),
        _ => Text(value).Contains(sought, StringComparison.Ordinal),
    };

    private static bool IsEmpty(JsonNode? value) => value switch
    {
        JsonObject map => map.Count == 0,
        JsonArray list => list.Count == 0,
        _ => true,
    };

    private static string Text(JsonNode? value) => value?.ToString() ?? "";

    private static JsonValue? ZeroOf(string name) => name.EndsWith("Port", StringComparison.Ordinal) ? JsonValue.Create(0) : null;
}
