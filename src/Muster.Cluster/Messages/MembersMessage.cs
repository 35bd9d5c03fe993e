using Muster.Cluster.Membership;
using Muster.Model;

namespace Muster.Cluster.Messages;

/// <summary>Who belongs to the cluster, as the sender knows it.</summary>
internal static class MembersMessage
{
    private const int MaxMembers = 4096;
    private const int MaxText = 255;

    /// <summary>Incarnations are microseconds since 1970: nothing beyond the year 2100 can be one.</summary>
    private const long MaxIncarnation = 1L << 52;

    internal static void Write(PackWriter into, IReadOnlyCollection<Member> members)
    {
        var record = new PackWriter();
        into.Byte((byte)MessageKind.Members);
        into.Number(members.Count);
        foreach (Member member in members)
        {
            // each with its length, so that later versions can append to it
            record.Clear();
            WriteRecord(record, member.Record);
            into.Bytes(record.Written);
        }
    }

    /// <summary>Reads the records; one that makes no sense, or not yet, hides none of the others.</summary>
    internal static bool TryRead(ref PackReader fields, List<MemberRecord> into)
    {
        int count = fields.Count();
        if (count > MaxMembers)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            if (TryReadRecord(fields.Bytes(), out MemberRecord record))
            {
                into.Add(record);
            }
        }

        return !fields.Failed;
    }

    internal static void WriteRecord(PackWriter into, MemberRecord member)
    {
        into.Number(member.Origin);
        into.Text(member.NodeId);
        into.Text(member.Name);
        into.Text(member.PeerAddress);
        into.Text(member.HttpAddress);
        into.Text(member.Zone);
        into.Text(member.Version);
        into.Number(member.MinProtocol);
        into.Number(member.MaxProtocol);
        into.Number(member.Incarnation);
        into.Byte((byte)member.Departure);
    }

    private static bool TryReadRecord(ReadOnlySpan<byte> bytes, out MemberRecord record)
    {
        var fields = new PackReader(bytes);
        long origin = fields.Number();
        record = new MemberRecord
        {
            Origin = (uint)origin,
            NodeId = fields.Text(),
            Name = fields.Text(),
            PeerAddress = fields.Text(),
            HttpAddress = fields.Text(),
            Zone = fields.Text(),
            Version = fields.Text(),
            MinProtocol = (int)Math.Min(fields.Number(), int.MaxValue),
            MaxProtocol = (int)Math.Min(fields.Number(), int.MaxValue),
            Incarnation = fields.Number(),
            Departure = (Departure)fields.Byte(),
        };
        return !fields.Failed && origin <= uint.MaxValue && IsSane(record);
    }

    /// <summary>Whether others would believe the record; nobody may be a member whom they do not.</summary>
    internal static bool IsSane(MemberRecord record) =>
        record.NodeId.Length > 0 && record.Name.Length > 0 && record.PeerAddress.Length > 0
        && IsSane(record.NodeId) && IsSane(record.Name) && IsSane(record.PeerAddress)
        && IsSane(record.HttpAddress) && IsSane(record.Zone) && IsSane(record.Version)
        && record.Incarnation <= MaxIncarnation && record.Departure <= Departure.Pruned;

    /// <summary>It gets into logs and onto terminals.</summary>
    private static bool IsSane(string text) => text.Length <= MaxText && !text.Any(char.IsControl);
}
