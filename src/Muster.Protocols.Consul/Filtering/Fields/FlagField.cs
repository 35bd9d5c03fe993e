using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>A truth value.</summary>
internal sealed class FlagField(FlagReader read) : FilterField
{
    public override bool Supports(FilterOperator matchOperator) => matchOperator is FilterOperator.Equal or FilterOperator.NotEqual;

    public override Condition? Compile(FilterExpression.Match match, out string problem)
    {
        bool? value = match.Value switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
            _ => null,
        };
        problem = value is null ? NotCoerced(match, $"strconv.ParseBool: parsing {GoText.Quote(match.Value!)}: invalid syntax") : "";
        return value is null ? null : new Comparing(read, value.Value != match.Operator.IsNegated());
    }

    private sealed class Comparing(FlagReader read, bool wanted) : Condition
    {
        public override bool Accepts(in FilterRow row) => read(row) == wanted;
    }
}
