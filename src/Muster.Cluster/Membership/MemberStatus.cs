namespace Muster.Cluster;

/// <summary>How a server fares, as this one sees it.</summary>
public enum MemberStatus
{
    /// <summary>It is heard, here or by a peer that is.</summary>
    Alive,

    /// <summary>It said that it is about to leave.</summary>
    Leaving,

    /// <summary>It left, or an operator said so.</summary>
    Left,

    /// <summary>Nothing is heard of it.</summary>
    Failed,
}
