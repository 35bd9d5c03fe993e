using System.Text.Json;
using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>A list of objects among the settings of a proxy. A match through it holds when it does for at least one of them.</summary>
internal sealed class ProxySettingsListField(ProxySetting list, GroupField ofOne) : FilterField
{
    public override FilterField? Member(string name) => ofOne.Member(name) is { } field ? new OfOne(list, field) : null;

    public override bool Supports(FilterOperator matchOperator) => matchOperator is FilterOperator.IsEmpty or FilterOperator.IsNotEmpty;

    public override Condition Compile(FilterExpression.Match match, out string problem)
    {
        problem = "";
        return new Emptiness(list, match.Operator.IsNegated());
    }

    private sealed class Emptiness(ProxySetting list, bool negated) : Condition
    {
        public override bool Accepts(in FilterRow row)
        {
            // an empty list is not written
            bool isEmpty = !list.TryFind(row.ProxySettings, out _);
            return isEmpty != negated;
        }
    }

    private sealed class OfOne(ProxySetting list, FilterField field) : FilterField
    {
        public override FilterField? Member(string name) => field.Member(name) is { } inner ? new OfOne(list, inner) : null;

        public override bool Supports(FilterOperator matchOperator) => field.Supports(matchOperator);

        public override Condition? Compile(FilterExpression.Match match, out string problem) =>
            field.Compile(match, out problem) is { } condition ? new AnyElement(list, condition) : null;
    }

    private sealed class AnyElement(ProxySetting list, Condition ofOne) : Condition
    {
        public override bool Accepts(in FilterRow row)
        {
            ReadOnlySpan<byte> settings = row.ProxySettings;
            if (!list.TryFind(settings, out Utf8JsonReader elements))
            {
                return false;
            }

            while (elements.Read() && elements.TokenType != JsonTokenType.EndArray)
            {
                int start = (int)elements.TokenStartIndex;
                elements.Skip();
                if (ofOne.Accepts(row.WithProxySettings(settings[start..(int)elements.BytesConsumed])))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
