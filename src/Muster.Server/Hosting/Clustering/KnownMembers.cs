using Muster.Cluster;

namespace Muster.Server.Hosting.Clustering;

/// <summary>What <see cref="MemberMemory"/> keeps.</summary>
internal sealed record KnownMembers
{
    /// <summary>All members, the server itself too.</summary>
    public IReadOnlyList<MemberRecord> Members { get; init; } = [];

    /// <summary>Whether the server left them on purpose and so does not look for them again.</summary>
    public bool Left { get; init; }
}
