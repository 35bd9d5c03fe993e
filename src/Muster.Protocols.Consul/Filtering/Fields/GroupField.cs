using System.Collections.Frozen;
using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>An object: nothing is asked of it itself, only of its members. The rows of an endpoint are such an object.</summary>
internal sealed class GroupField(IReadOnlyDictionary<string, FilterField> members) : FilterField
{
    private readonly FrozenDictionary<string, FilterField> _members = members.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The members' names, for documentation tests.</summary>
    public IEnumerable<string> Names => _members.Keys;

    public override FilterField? Member(string name) => _members.GetValueOrDefault(name);

    public override bool Supports(FilterOperator matchOperator) => false;

    public override Condition? Compile(FilterExpression.Match match, out string problem) =>
        throw new InvalidOperationException("No operator works on an object as a whole.");
}
