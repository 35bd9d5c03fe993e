using System.Text;
using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>A map of texts by name: keys are compared exactly, and each value is a text of its own.</summary>
internal abstract class TextMapField : FilterField
{
    public override bool Supports(FilterOperator matchOperator) => Collections.Supports(matchOperator);

    public override FilterField Member(string name) => new Value(this, new MapKey(name));

    public override Condition Compile(FilterExpression.Match match, out string problem)
    {
        problem = "";
        bool negated = match.Operator.IsNegated();
        return match.Value is null ? new Emptiness(this, negated) : new Membership(this, new MapKey(match.Value), negated);
    }

    /// <summary>How many entries there are.</summary>
    protected abstract int Count(in FilterRow row);

    /// <summary>Finds the entry of a name.</summary>
    protected abstract bool TryFind(in FilterRow row, MapKey key, out FilterText value);

    /// <summary>A name in the forms that maps are kept in.</summary>
    protected sealed class MapKey(string text)
    {
        public string Text => text;

        public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(text);
    }

    private sealed class Emptiness(TextMapField map, bool negated) : Condition
    {
        public override bool Accepts(in FilterRow row) => map.Count(row) == 0 != negated;
    }

    private sealed class Membership(TextMapField map, MapKey key, bool negated) : Condition
    {
        public override bool Accepts(in FilterRow row) => map.TryFind(row, key, out _) != negated;
    }

    private sealed class Value(TextMapField map, MapKey key) : FilterField
    {
        public override bool Supports(FilterOperator matchOperator) => TextTests.Supports(matchOperator);

        public override Condition? Compile(FilterExpression.Match match, out string problem) =>
            TextTests.Of(match, out problem) is { } test ? new Matching(map, key, test, match.Operator) : null;
    }

    private sealed class Matching(TextMapField map, MapKey key, TextTest test, FilterOperator matchOperator) : Condition
    {
        private readonly bool _negated = matchOperator.IsNegated();
        private readonly bool _whenMissing = MissingEntries.Accept(matchOperator);

        public override bool Accepts(in FilterRow row) =>
            map.TryFind(row, key, out FilterText value) ? test.Passes(value) != _negated : _whenMissing;
    }
}
