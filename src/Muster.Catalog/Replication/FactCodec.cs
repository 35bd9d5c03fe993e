using System.Text;
using Muster.Model;

namespace Muster.Catalog;

/// <summary>
/// The state of one entry as bytes, complete in itself. Fields are only ever added at the end: an older server reads what
/// it knows, a newer one takes what is missing for zero.
/// </summary>
internal static class FactCodec
{
    internal static void Write(PackWriter writer, Instance instance)
    {
        Start(writer, FactKind.Instance, instance.Version, instance.Node.Name);
        writer.Text(instance.Data.Service);
        writer.Bytes(instance.Data.Packed);
        writer.Number(instance.RegisteredSeconds);
        writer.Number(instance.Tenure.Epoch);
        writer.Number(instance.Tenure.Owner);
        WriteChecks(writer, instance.Checks);
    }

    internal static void Write(PackWriter writer, Node node)
    {
        Start(writer, FactKind.Node, node.Version, node.Name);
        ChangeCodec.WriteNodeDefinition(writer, node.Definition);
        WriteChecks(writer, node.Checks);
    }

    internal static void Write(PackWriter writer, Tombstone tombstone)
    {
        bool isNode = tombstone.InstanceId.Length == 0;
        Start(writer, isNode ? FactKind.NodeTombstone : FactKind.InstanceTombstone, tombstone.Version, tombstone.Node);
        writer.Text(tombstone.InstanceId);
        writer.Number(tombstone.Epoch);
        writer.Byte((byte)tombstone.Kind);
        writer.Text(tombstone.Cause);
        writer.Text(tombstone.Address);
        ChangeCodec.WriteState(writer, tombstone.Ended);
    }

    /// <summary>
    /// No length of time is longer: Consul's clients cannot write more than 292 years, and in ticks that still fits into a
    /// lease's word.
    /// </summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(293 * 365.25);

    /// <summary>Reads a fact; null when it cannot be understood, or nobody can have registered that.</summary>
    internal static Fact? TryRead(ReadOnlySpan<byte> bytes, int mostChecks)
    {
        var reader = new PackReader(bytes);
        var kind = (FactKind)reader.Byte();
        EntryVersion version = ReadVersion(ref reader);
        var fact = new Fact { Kind = kind, Version = version, Node = reader.Text(), HighestClock = version.Clock };
        bool isRead = kind switch
        {
            FactKind.Instance => ReadInstance(ref reader, fact, mostChecks),
            FactKind.Node => ReadNode(ref reader, fact, mostChecks),
            FactKind.InstanceTombstone or FactKind.NodeTombstone => ReadTombstone(ref reader, fact),
            _ => false,
        };
        return isRead && !reader.Failed && fact.Node.Length > 0 && version.Clock > 0 ? fact : null;
    }

    private static bool ReadInstance(ref PackReader reader, Fact fact, int mostChecks)
    {
        fact.Service = reader.Text();
        fact.Packed = reader.Bytes().ToArray();
        fact.RegisteredSeconds = (uint)reader.Number();
        long epoch = reader.Number(), owner = reader.Number();
        fact.Tenure = new Tenure((uint)epoch, (uint)owner);
        if (epoch > int.MaxValue || owner > uint.MaxValue || !ReadChecks(ref reader, fact, mostChecks) || !InstanceData.TryRestore(fact.Service, fact.Packed, out InstanceData data))
        {
            return false;
        }

        fact.Id = data.Id.ToArray();
        return data.LeaseMilliseconds >= 0 && data.LeaseMilliseconds < Longest.TotalMilliseconds && fact.Id.Length > 0 && fact.Service.Length > 0
            && Encoding.UTF8.GetBytes(data.IdText).AsSpan().SequenceEqual(fact.Id);
    }

    private static bool ReadNode(ref PackReader reader, Fact fact, int mostChecks)
    {
        fact.Definition = ChangeCodec.ReadNodeDefinition(ref reader);
        return fact.Definition.Name.Equals(fact.Node, StringComparison.OrdinalIgnoreCase)
            && ReadChecks(ref reader, fact, mostChecks) && !fact.Checks.Exists(static check => check.Definition.Id is null);
    }

    private static bool ReadTombstone(ref PackReader reader, Fact fact)
    {
        fact.Id = reader.Bytes().ToArray();
        fact.Tombstone = new Tombstone(fact.Node, Encoding.UTF8.GetString(fact.Id), fact.Version, reader.Number())
        {
            Kind = (RemovalKind)Math.Min(reader.Byte(), (byte)RemovalKind.Replaced), Cause = reader.Text(), Address = reader.Text(),
            Ended = reader.AtEnd ? default : ChangeCodec.ReadState(ref reader),
        };
        fact.HighestClock = Math.Max(fact.HighestClock, fact.Tombstone.Ended.Version.Clock);
        return (fact.Id.Length == 0) == (fact.Kind == FactKind.NodeTombstone);
    }

    private static bool ReadChecks(ref PackReader reader, Fact fact, int most)
    {
        int count = reader.Count();
        for (int i = 0; i < count && count <= most && !reader.Failed; i++)
        {
            CheckDefinition definition = CheckDefinitionCodec.Read(ref reader);
            var status = (HealthStatus)reader.Byte();
            string output = reader.Text();
            EntryVersion version = ReadVersion(ref reader);
            bool isKnown = fact.Checks.Exists(known => known.Definition.Id == definition.Id);
            if (isKnown || status > HealthStatus.Critical || !IsPossible(definition))
            {
                return false;
            }

            fact.HighestClock = Math.Max(fact.HighestClock, version.Clock);
            fact.Checks.Add(new FactCheck(definition, status, output, version));
        }

        return count <= most;
    }

    private static bool IsPossible(CheckDefinition check) =>
        check.Kind <= CheckKind.Starting && check.InitialStatus <= HealthStatus.Critical
        && (check.Kind != CheckKind.Ttl || check.Ttl > TimeSpan.Zero) && check.Ttl < Longest && check.Interval < Longest && check.Timeout < Longest
        && check.DeregisterAfter < Longest && (check.Kind is not (CheckKind.Maintenance or CheckKind.Draining or CheckKind.Starting) || check.Id is not null);

    private static void WriteChecks(PackWriter writer, CheckList checks)
    {
        writer.Number(checks.Count);
        foreach (Check check in checks)
        {
            CheckDefinitionCodec.Write(writer, check.Definition);
            writer.Byte((byte)check.Status);
            writer.Text(check.Output);
            WriteVersion(writer, check.StatusVersion);
        }
    }

    private static void Start(PackWriter writer, FactKind kind, EntryVersion version, string node)
    {
        writer.Byte((byte)kind);
        WriteVersion(writer, version);
        writer.Text(node);
    }

    private static void WriteVersion(PackWriter writer, EntryVersion version)
    {
        writer.Number(version.Clock);
        writer.Number(version.Origin);
    }

    private static EntryVersion ReadVersion(ref PackReader reader) => new(reader.Number(), (uint)reader.Number());
}
