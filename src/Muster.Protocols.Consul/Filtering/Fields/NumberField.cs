using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>A whole number.</summary>
internal sealed class NumberField(NumberReader read) : FilterField
{
    public override bool Supports(FilterOperator matchOperator) => SupportsNumbers(matchOperator);

    public override Condition? Compile(FilterExpression.Match match, out string problem) =>
        TryValue(match, out long value, out problem) ? new Comparing(read, value, match.Operator.IsNegated()) : null;

    /// <summary>What is asked of a number, wherever it stands.</summary>
    public static bool SupportsNumbers(FilterOperator matchOperator) => matchOperator is FilterOperator.Equal or FilterOperator.NotEqual;

    /// <summary>The match's value as a number.</summary>
    public static bool TryValue(FilterExpression.Match match, out long value, out string problem)
    {
        bool valid = GoNumber.TryParse(match.Value!, out value, out string reason);
        problem = valid ? "" : NotCoerced(match, reason);
        return valid;
    }

    private sealed class Comparing(NumberReader read, long value, bool negated) : Condition
    {
        public override bool Accepts(in FilterRow row) => read(row) == value != negated;
    }
}
