using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>Selectors that go through a map to a name that is not there.</summary>
internal static class MissingEntries
{
    /// <summary>
    /// What is not there equals nothing and contains nothing. That it matches every pattern is how Consul has it, and
    /// a filter should keep the same rows here.
    /// </summary>
    public static bool Accept(FilterOperator matchOperator) =>
        matchOperator is not (FilterOperator.Equal or FilterOperator.In or FilterOperator.IsNotEmpty);
}
