using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>A list of objects that no instance has anything in: a match through it never holds.</summary>
internal sealed class EmptyListField(GroupField ofOne) : FilterField
{
    public override FilterField? Member(string name) => ofOne.Member(name) is { } field ? new OfOne(field) : null;

    public override bool Supports(FilterOperator matchOperator) => matchOperator is FilterOperator.IsEmpty or FilterOperator.IsNotEmpty;

    public override Condition Compile(FilterExpression.Match match, out string problem)
    {
        problem = "";
        return new ConstantCondition(!match.Operator.IsNegated());
    }

    private sealed class OfOne(FilterField field) : FilterField
    {
        public override FilterField? Member(string name) => field.Member(name) is { } inner ? new OfOne(inner) : null;

        public override bool Supports(FilterOperator matchOperator) => field.Supports(matchOperator);

        public override Condition? Compile(FilterExpression.Match match, out string problem) =>
            field.Compile(match, out problem) is null ? null : new ConstantCondition(false);
    }
}
