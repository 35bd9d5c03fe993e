using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>What lists and maps have in common.</summary>
internal static class Collections
{
    public static bool Supports(FilterOperator matchOperator) =>
        matchOperator is FilterOperator.In or FilterOperator.NotIn or FilterOperator.IsEmpty or FilterOperator.IsNotEmpty;
}
