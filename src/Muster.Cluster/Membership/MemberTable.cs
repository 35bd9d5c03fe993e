using Muster.Cluster.Messages;
using Muster.Model;

namespace Muster.Cluster.Membership;

/// <summary>Who belongs to the cluster: this server, and those it heard of, by origin.</summary>
internal sealed class MemberTable
{
    private readonly SortedDictionary<uint, Member> _members = [];
    private readonly PackWriter _scratch = new();
    private readonly int _most;
    private ulong? _digest;
    private Member[]? _others;

    internal MemberTable(MemberRecord self, int most, TimeSpan now, DateTimeOffset time)
    {
        Self = new Member(self, now, time) { Status = MemberStatus.Alive };
        _most = most;
        _members.Add(self.Origin, Self);
    }

    internal Member Self { get; }

    /// <summary>All, this server too, by origin.</summary>
    internal IReadOnlyCollection<Member> All => _members.Values;

    /// <summary>All but this server, by origin. A copy: members may come while it is gone through.</summary>
    internal Member[] Others => _others ??= [.. _members.Values.Where(member => member != Self)];

    /// <summary>A digest of the records of those who have not left: equal on servers that know the same.</summary>
    internal ulong Digest => _digest ??= ComputeDigest();

    internal Member? Find(uint origin) => _members.GetValueOrDefault(origin);

    internal Member? FindByName(string name) =>
        Others.FirstOrDefault(member => member.Record.Departure < Departure.Pruned && member.Record.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Takes over a record when it is newer than what is known; null when it is not, or there are too many members.</summary>
    internal Member? TryMerge(MemberRecord record, TimeSpan now, DateTimeOffset time)
    {
        if (!_members.TryGetValue(record.Origin, out Member? member))
        {
            if (_members.Count >= _most && !TryForgetOne())
            {
                return null;
            }

            member = new Member(record, now, time);
            _members.Add(record.Origin, member);
            Changed();
            return member;
        }

        if (Compare(record, member.Record) <= 0)
        {
            return null;
        }

        member.Record = record;
        Changed();
        return member;
    }

    internal void Replace(Member member, MemberRecord record)
    {
        member.Record = record;
        Changed();
    }

    internal void Remove(Member member)
    {
        _members.Remove(member.Record.Origin);
        Changed();
    }

    /// <summary>
    /// Makes room: who left longest ago is forgotten before its time. A server without a data directory is another member
    /// after each start, and must not keep everybody else out.
    /// </summary>
    private bool TryForgetOne()
    {
        Member? oldest = null;
        foreach (Member member in Others)
        {
            if (member.HasLeft && member.Peer is null && (oldest is null || member.StatusAt < oldest.StatusAt))
            {
                oldest = member;
            }
        }

        if (oldest is not null)
        {
            Remove(oldest);
        }

        return oldest is not null;
    }

    private void Changed()
    {
        _digest = null;
        _others = null;
    }

    /// <summary>The order in which records of one server win: the same everywhere, so that all end with the same one.</summary>
    private static int Compare(MemberRecord left, MemberRecord right)
    {
        int order = left.Incarnation.CompareTo(right.Incarnation);
        if (order == 0)
        {
            order = left.Departure.CompareTo(right.Departure);
        }

        return order != 0 ? order : string.CompareOrdinal(left.ToString(), right.ToString());
    }

    private ulong ComputeDigest()
    {
        ulong sum = 0;
        foreach (Member member in _members.Values)
        {
            if (!member.HasLeft)
            {
                _scratch.Clear();
                MembersMessage.WriteRecord(_scratch, member.Record);
                sum += Hash(_scratch.Written);
            }
        }

        return sum;
    }

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        // FNV-1a: the same in every run and on every server
        ulong hash = 14695981039346656037;
        foreach (byte value in bytes)
        {
            hash = (hash ^ value) * 1099511628211;
        }

        return hash;
    }
}
