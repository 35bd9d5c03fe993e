using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>A text.</summary>
internal sealed class TextField(TextReader read) : FilterField
{
    public override bool Supports(FilterOperator matchOperator) => TextTests.Supports(matchOperator);

    public override Condition? Compile(FilterExpression.Match match, out string problem) =>
        TextTests.Of(match, out problem) is { } test ? new Matching(read, test, match.Operator.IsNegated()) : null;

    private sealed class Matching(TextReader read, TextTest test, bool negated) : Condition
    {
        public override bool Accepts(in FilterRow row) => test.Passes(read(row)) != negated;
    }
}
