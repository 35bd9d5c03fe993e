using Muster.Cluster.Links;

namespace Muster.Cluster.Membership;

/// <summary>A server of the cluster, and what this one knows of it.</summary>
internal sealed class Member(MemberRecord record, TimeSpan now, DateTimeOffset time)
{
    internal MemberRecord Record { get; set; } = record;

    /// <summary>When this server first knew of it.</summary>
    internal TimeSpan KnownAt { get; set; } = now;

    /// <summary>When it was last heard here, in running time; null for never.</summary>
    internal TimeSpan? HeardAt { get; set; }

    /// <summary>When a peer last heard it; null for never.</summary>
    internal TimeSpan? ReportedAt { get; set; }

    /// <summary>The link to it, null for none.</summary>
    internal Peer? Peer { get; set; }

    /// <summary>True until it is first in sight, unless it is remembered from the run before.</summary>
    internal bool IsNew { get; set; } = true;

    internal MemberStatus Status { get; set; } = MemberStatus.Failed;

    internal TimeSpan StatusAt { get; set; } = now;

    internal DateTimeOffset StatusTime { get; set; } = time;

    /// <summary>Why there is no link to it.</summary>
    internal string Problem { get; set; } = "";

    /// <summary>When its entry in the catalog is to be removed, or looked for again, once it left.</summary>
    internal TimeSpan RemoveAt { get; set; }

    internal TimeSpan DialAt { get; set; } = now;

    internal TimeSpan DialDelay { get; set; }

    /// <summary>When it was last heard by anybody; null for never.</summary>
    internal TimeSpan? SeenAt => HeardAt is { } heard && (ReportedAt is not { } reported || heard >= reported) ? heard : ReportedAt;

    internal bool HasLeft => Record.Departure >= Departure.Left;

    /// <summary>How long nothing has been heard of it.</summary>
    internal TimeSpan SilenceAt(TimeSpan now) => now - (SeenAt ?? KnownAt);

    /// <summary>Moves what is remembered of it by a time in which this server did not run; what was heard since then is from now.</summary>
    internal void Forgive(TimeSpan pause, TimeSpan now)
    {
        KnownAt = Moved(KnownAt, pause, now);
        HeardAt = HeardAt is { } heard ? Moved(heard, pause, now) : null;
        ReportedAt = ReportedAt is { } reported ? Moved(reported, pause, now) : null;
    }

    internal static TimeSpan Moved(TimeSpan moment, TimeSpan pause, TimeSpan now) => moment + pause < now ? moment + pause : now;
}
