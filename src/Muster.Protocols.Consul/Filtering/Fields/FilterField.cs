using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>Something a selector can reach: a value, a list, a map, or a group of further fields.</summary>
internal abstract class FilterField
{
    /// <summary>The field or element of that name within this one; null when there is none.</summary>
    public virtual FilterField? Member(string name) => null;

    /// <summary>True when matches with this operator make sense here.</summary>
    public abstract bool Supports(FilterOperator matchOperator);

    /// <summary>
    /// Makes the condition of a match whose operator is supported. When its value does not fit, null, and
    /// <paramref name="problem"/> says why.
    /// </summary>
    public abstract Condition? Compile(FilterExpression.Match match, out string problem);

    /// <summary>The complaint about a value that is not of the field's type.</summary>
    protected static string NotCoerced(FilterExpression.Match match, string reason) =>
        $"Failed to coerce value {GoText.Quote(match.Value!)} for selector {GoText.Quote(string.Join('.', match.Selector))}: {reason}";
}
