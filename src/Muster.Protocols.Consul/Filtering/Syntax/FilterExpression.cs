namespace Muster.Protocols.Consul.Filtering.Syntax;

/// <summary>A parsed filter, not yet bound to the fields of an endpoint.</summary>
internal abstract record FilterExpression
{
    /// <summary>True when all parts are.</summary>
    public sealed record All(IReadOnlyList<FilterExpression> Parts) : FilterExpression;

    /// <summary>True when at least one part is.</summary>
    public sealed record Any(IReadOnlyList<FilterExpression> Parts) : FilterExpression;

    /// <summary>True when the operand is not.</summary>
    public sealed record Not(FilterExpression Operand) : FilterExpression;

    /// <summary>A selector, an operator and, except for the tests of emptiness, a value.</summary>
    public sealed record Match(IReadOnlyList<string> Selector, FilterOperator Operator, string? Value) : FilterExpression;
}
