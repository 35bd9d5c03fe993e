using Muster.Cluster.Membership;

namespace Muster.Cluster.Links;

/// <summary>
/// Makes links to all members, and to join targets as long as there is no link, and now and then after that, so that two
/// halves that began without each other find together. When a member is lost, targets that are names are dialed more
/// often: what one stands for has perhaps changed, and the successor is found there.
/// </summary>
internal sealed class Dialer(ClusterOptions options, MemberTable members, IPeerTransport transport, Random random)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.5);

    /// <summary>Short, for the time until a link is back is the time until a partition is over.</summary>
    private static readonly TimeSpan MostDelay = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RefusedDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SlowRetry = TimeSpan.FromSeconds(60);

    /// <summary>No answer for so long is a failure.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly List<JoinTarget> _targets = [];

    /// <summary>The join targets and how they fare, for people.</summary>
    internal string Describe() => string.Join(", ", _targets.Select(target => target.Problem.Length > 0 ? $"{target.Text} ({target.Problem})" : target.Text));

    /// <summary>Whether there is anybody to join but this server itself.</summary>
    internal bool HasTargets => _targets.Exists(target => target.Text != options.PeerAddress);

    internal void Add(string target, TimeSpan now)
    {
        JoinTarget? known = _targets.Find(other => other.Text == target);
        if (known is null)
        {
            known = new JoinTarget(target);
            _targets.Add(known);
        }

        (known.Attempts, known.DialAt) = (0, now);
    }

    /// <summary>Dials whom it is time to dial.</summary>
    internal void Tick(TimeSpan now, bool hasLinks)
    {
        foreach (Member member in members.Others)
        {
            if (member.Peer is null && !member.HasLeft && now >= member.DialAt)
            {
                if (IsLinked(member.Record.PeerAddress))
                {
                    // another server took its address, and two cannot listen there
                    member.DialAt = now + RefusedDelay;
                    continue;
                }

                member.DialDelay = member.DialDelay == TimeSpan.Zero ? FirstDelay : Min(member.DialDelay * 2, MostDelay);
                member.DialAt = now + Patience;
                transport.Dial(member.Record.PeerAddress);
            }
        }

        foreach (JoinTarget target in _targets)
        {
            if (now >= target.DialAt && (!hasLinks || now >= target.SlowDialAt || (IsAnyMissing() && !IsOfMember(target))) && !IsLinked(target.Text)
                && (options.RetryMax == 0 || hasLinks || target.Attempts < options.RetryMax))
            {
                target.Attempts++;
                TimeSpan most = hasLinks && !IsOfMember(target) ? SlowRetry : options.RetryInterval;
                target.DialAt = now + Vary(Min(FirstDelay * Math.Pow(2, Math.Min(target.Attempts, 10)), most));
                target.SlowDialAt = now + Vary(SlowRetry);
                transport.Dial(target.Text);
            }
        }
    }

    /// <summary>A target could not be reached.</summary>
    internal void OnFailed(string target, string reason, TimeSpan now)
    {
        foreach (JoinTarget join in _targets)
        {
            if (join.Text == target)
            {
                join.Problem = reason;
            }
        }

        foreach (Member member in members.Others)
        {
            if (member.Record.PeerAddress == target && member.Peer is null)
            {
                member.Problem = reason;
                member.DialAt = now + Vary(member.DialDelay);
            }
        }
    }

    /// <summary>A link to a member is up.</summary>
    internal void OnLinked(Member member)
    {
        member.DialDelay = TimeSpan.Zero;
        member.Problem = "";
        foreach (JoinTarget target in _targets)
        {
            target.Attempts = 0;
            target.Problem = target.Text == member.Record.PeerAddress ? "" : target.Problem;
        }
    }

    /// <summary>A link to a member ended.</summary>
    /// <param name="member">The member.</param>
    /// <param name="reason">Why.</param>
    /// <param name="refused">Whether one of both wants none for now.</param>
    /// <param name="now">The running time.</param>
    internal void OnUnlinked(Member member, string reason, bool refused, TimeSpan now)
    {
        member.Problem = reason;
        member.DialAt = now + Vary(refused ? RefusedDelay : FirstDelay);
        if (!refused)
        {
            foreach (JoinTarget target in _targets)
            {
                (target.Attempts, target.DialAt) = IsOfMember(target) ? (target.Attempts, target.DialAt) : (0, now);
            }
        }
    }

    /// <summary>Whether it is where a member is expected, which is dialed as such.</summary>
    private bool IsOfMember(JoinTarget target)
    {
        foreach (Member member in members.Others)
        {
            if (member.Record.PeerAddress == target.Text)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsAnyMissing()
    {
        foreach (Member member in members.Others)
        {
            if (member.Peer is null && !member.HasLeft)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsLinked(string target)
    {
        if (target == options.PeerAddress)
        {
            return true;
        }

        foreach (Member member in members.Others)
        {
            if (member.Peer is not null && member.Record.PeerAddress == target)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A fifth more or less, so that servers do not always dial each other at the same moment.</summary>
    private TimeSpan Vary(TimeSpan delay) => delay * (0.8 + (0.4 * random.NextDouble()));

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private sealed class JoinTarget(string text)
    {
        internal string Text => text;

        internal string Problem { get; set; } = "";

        internal int Attempts { get; set; }

        internal TimeSpan DialAt { get; set; }

        internal TimeSpan SlowDialAt { get; set; }
    }
}
