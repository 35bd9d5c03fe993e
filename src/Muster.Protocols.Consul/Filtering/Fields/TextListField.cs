using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>A list of texts: what is asked is whether a value is in it, exactly as written, and whether it is empty.</summary>
internal sealed class TextListField(TextListReader read) : FilterField
{
    public override bool Supports(FilterOperator matchOperator) => Collections.Supports(matchOperator);

    public override Condition Compile(FilterExpression.Match match, out string problem)
    {
        problem = "";
        bool negated = match.Operator.IsNegated();
        return match.Value is null ? new Emptiness(read, negated) : new Membership(read, new EqualTest(match.Value), negated);
    }

    private sealed class Emptiness(TextListReader read, bool negated) : Condition
    {
        public override bool Accepts(in FilterRow row) => read(row).Count == 0 != negated;
    }

    private sealed class Membership(TextListReader read, EqualTest test, bool negated) : Condition
    {
        public override bool Accepts(in FilterRow row)
        {
            foreach (ReadOnlySpan<byte> text in read(row))
            {
                if (test.Passes(new FilterText(text)))
                {
                    return !negated;
                }
            }

            return negated;
        }
    }
}
