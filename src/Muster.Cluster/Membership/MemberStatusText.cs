namespace Muster.Cluster;

/// <summary>How every interface of Muster writes a <see cref="MemberStatus"/>.</summary>
public static class MemberStatusText
{
    /// <summary>The status in lower case.</summary>
    public static string ToText(this MemberStatus status) => status switch
    {
        MemberStatus.Alive => "alive",
        MemberStatus.Leaving => "leaving",
        MemberStatus.Left => "left",
        _ => "failed",
    };
}
