using Muster.Catalog;
using Muster.Cluster.Membership;

namespace Muster.Cluster.Ownership;

/// <summary>
/// Sees that every instance has an owner: adopts from members that left at once, from those that are gone when a majority is
/// in sight, and takes back what is registered on this server's own node.
/// </summary>
internal sealed class OwnershipKeeper
{
    /// <summary>Short steps: an adoption holds the catalog's lock for some 17 us an instance.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly ClusterOptions _options;
    private readonly ClusterRules _rules;
    private readonly ReplicaSet _replica;
    private readonly MemberTable _members;
    private readonly ClusterStatistics _statistics;
    private readonly Func<ulong, bool> _isHeir;
    private readonly Dictionary<uint, string> _gone = []; // and why that is thought
    private readonly List<uint> _owners = [];
    private readonly SortedDictionary<uint, TimeSpan> _unknown = []; // owners that are no members, and since when
    private uint[] _alive = [];
    private TimeSpan _next, _nextReclaim;
    private int _bucket, _adoptedThisRound;

    internal OwnershipKeeper(ClusterOptions options, ClusterRules rules, ReplicaSet replica, MemberTable members, ClusterStatistics statistics)
    {
        _options = options;
        _rules = rules;
        _replica = replica;
        _members = members;
        _statistics = statistics;
        _isHeir = key => _rules.Heir(key, _alive) == _members.Self.Record.Origin;
    }

    private int MostAtOnce => Math.Max(1, (int)(_options.AdoptionsPerSecond * Interval.TotalSeconds));

    /// <summary>True when something came from peers that may be on this server's node.</summary>
    internal bool MayReclaim { get; set; } = true;

    /// <summary>Adopts what is this server's to adopt. Only to be called when it knows what the cluster knows.</summary>
    /// <param name="now">The running time.</param>
    /// <param name="mayAdopt">Whether enough servers are in sight to take over from those that are not.</param>
    internal void Adopt(TimeSpan now, bool mayAdopt)
    {
        if (now < _next)
        {
            return;
        }

        _next = now + Interval;
        _alive = FindAlive();
        FindGone(now, mayAdopt);
        if (_gone.Count == 0)
        {
            _bucket = 0;
        }
        else
        {
            int adopted = _replica.Adopt(_gone, _isHeir, MostAtOnce, ref _bucket);
            _statistics.Adoptions += adopted;
            _adoptedThisRound += adopted;
        }

        if (_bucket == 0)
        {
            _next = _adoptedThisRound == 0 ? now + Rest : _next;
            _adoptedThisRound = 0;
        }
    }

    private void FindGone(TimeSpan now, bool mayAdopt)
    {
        _gone.Clear();
        _owners.Clear();
        _replica.CopyOwners(_owners);
        ForgetUnknown();
        foreach (uint owner in _owners)
        {
            if (CauseToAdopt(owner, now, mayAdopt) is { } cause)
            {
                _gone.Add(owner, cause);
            }
        }
    }

    /// <summary>One that owns nothing any more, and later does again, is looked for anew.</summary>
    private void ForgetUnknown()
    {
        foreach (uint owner in _unknown.Count > 0 ? _unknown.Keys.Except(_owners).ToArray() : [])
        {
            _unknown.Remove(owner);
        }
    }

    /// <summary>Takes back what is registered on this server's own node.</summary>
    internal void Reclaim(TimeSpan now)
    {
        if (!MayReclaim || now < _nextReclaim)
        {
            return;
        }

        _nextReclaim = now + Interval;
        int reclaimed = _replica.Reclaim(MostAtOnce, "back at the server it is registered on");
        _statistics.Reclaims += reclaimed;
        if (reclaimed == 0)
        {
            MayReclaim = false;
            _nextReclaim = now + Rest;
        }
    }

    /// <summary>Removes the entry of a server that left from the catalog, if that is this server's to do.</summary>
    internal void RemoveServer(Member member, TimeSpan now)
    {
        if (now < member.RemoveAt || !IsGoneForGood(member, now))
        {
            return;
        }

        member.RemoveAt = now + Rest;
        _alive = FindAlive();
        if (_isHeir(member.Record.Origin) && !IsNameInUse(member.Record.Name))
        {
            _replica.RemoveServerInstance(member.Record.Name, "the server left the cluster");
        }
    }

    private uint[] FindAlive() => [.. _members.All.Where(member => member.Status == MemberStatus.Alive).Select(member => member.Record.Origin)];

    private bool IsNameInUse(string name) =>
        _members.All.Any(member => !member.HasLeft && member.Record.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>One that said so itself; one of whom an operator says so will object if it is heard.</summary>
    private bool IsGoneForGood(Member member, TimeSpan now) =>
        member.Record.Departure == Departure.Left || (member.HasLeft && member.SilenceAt(now) > _options.FailedAfter);

    private string? CauseToAdopt(uint owner, TimeSpan now, bool mayAdopt)
    {
        if (_members.Find(owner) is not { } member)
        {
            return CauseToAdoptFromUnknown(owner, now, mayAdopt);
        }

        _unknown.Remove(owner);
        if (member == _members.Self)
        {
            return null;
        }

        if (IsGoneForGood(member, now))
        {
            return $"server {member.Record.Name} left";
        }

        TimeSpan silence = member.SilenceAt(now);
        return mayAdopt && _rules.IsGone(silence, _options.OwnerTimeout) ? $"server {member.Record.Name} is gone" : null;
    }

    private string? CauseToAdoptFromUnknown(uint owner, TimeSpan now, bool mayAdopt)
    {
        if (_unknown.TryAdd(owner, now) || !mayAdopt)
        {
            return null;
        }

        return _rules.IsGone(now - _unknown[owner], _options.OwnerTimeout) ? "its server is not known any more" : null;
    }
}
