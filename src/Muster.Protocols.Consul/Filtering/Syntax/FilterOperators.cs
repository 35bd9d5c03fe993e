namespace Muster.Protocols.Consul.Filtering.Syntax;

/// <summary>Facts about operators.</summary>
internal static class FilterOperators
{
    /// <summary>True for the operators that turn the answer around: each has a positive twin.</summary>
    public static bool IsNegated(this FilterOperator value) =>
        value is FilterOperator.NotEqual or FilterOperator.NotIn or FilterOperator.IsNotEmpty or FilterOperator.NotMatches;

    /// <summary>The operator's name in error messages.</summary>
    public static string ToText(this FilterOperator value) => value switch
    {
        FilterOperator.Equal => "Equal",
        FilterOperator.NotEqual => "Not Equal",
        FilterOperator.In => "In",
        FilterOperator.NotIn => "Not In",
        FilterOperator.IsEmpty => "Is Empty",
        FilterOperator.IsNotEmpty => "Is Not Empty",
        FilterOperator.Matches => "Matches",
        _ => "Not Matches",
    };
}
