namespace Muster.Protocols.Consul.Filtering.Syntax;

/// <summary>What a match does. <c>contains</c> is <see cref="In"/> with its sides swapped.</summary>
internal enum FilterOperator : byte
{
    Equal,
    NotEqual,
    In,
    NotIn,
    IsEmpty,
    IsNotEmpty,
    Matches,
    NotMatches,
}
