using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>The checks of a health entry. A match through them holds when it does for at least one check.</summary>
internal sealed class AnyCheckField(GroupField ofOne) : FilterField
{
    public override FilterField? Member(string name) => ofOne.Member(name) is { } field ? new OfOne(field) : null;

    public override bool Supports(FilterOperator matchOperator) => matchOperator is FilterOperator.IsEmpty or FilterOperator.IsNotEmpty;

    public override Condition Compile(FilterExpression.Match match, out string problem)
    {
        problem = "";
        return new Emptiness(match.Operator.IsNegated());
    }

    private sealed class Emptiness(bool negated) : Condition
    {
        public override bool Accepts(in FilterRow row) => row.Node.Checks.Count + row.Instance.Checks.Count == 0 != negated;
    }

    private sealed class OfOne(FilterField field) : FilterField
    {
        public override FilterField? Member(string name) => field.Member(name) is { } inner ? new OfOne(inner) : null;

        public override bool Supports(FilterOperator matchOperator) => field.Supports(matchOperator);

        public override Condition? Compile(FilterExpression.Match match, out string problem) =>
            field.Compile(match, out problem) is { } condition ? new AnyCheckCondition(condition) : null;
    }
}
