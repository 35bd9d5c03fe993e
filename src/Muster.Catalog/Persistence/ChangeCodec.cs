using System.Text;
using Muster.Model;

namespace Muster.Catalog;

/// <summary>
/// The records that a journal keeps of the catalog. First byte: the <see cref="ChangeKind"/>, or, in a
/// snapshot only, <see cref="Tombstone"/> or <see cref="Removals"/>. The rest is in the encoding of <see cref="PackWriter"/>. Fields are only ever added
/// at the end, so older readers ignore what they do not know and newer readers see zeros.
/// </summary>
internal static class ChangeCodec
{
    internal const byte Tombstone = 100;
    internal const byte Removals = 101;
    internal const byte Discard = 102;

    internal static void Write(PackWriter writer, in CatalogChange change)
    {
        switch (change.Kind)
        {
            case ChangeKind.Node:
                WriteNode(writer, change.Node!, change.Index);
                break;
            case ChangeKind.NodeRemoved when change.IsDiscard:
                Start(writer, (ChangeKind)Discard, change.Version, change.Index);
                writer.Text(change.Node!.Name);
                writer.Bytes([]);
                break;
            case ChangeKind.NodeRemoved:
                Start(writer, change.Kind, change.Version, change.Index);
                writer.Text(change.Node!.Name);
                writer.Text(change.Node.Definition.Address);
                break;
            case ChangeKind.Instance:
                WriteInstance(writer, change.After!, change.Index);
                break;
            case ChangeKind.InstanceRemoved when change.Before is null:
                WriteTombstone(writer, change.Tombstone!);
                break;
            case ChangeKind.InstanceRemoved:
                Start(writer, change.IsDiscard ? (ChangeKind)Discard : change.Kind, change.Version, change.Index);
                writer.Text(change.Before!.Node.Name);
                writer.Bytes(change.Before.Data.Id);
                writer.Number(change.Before.Data.Epoch);
                writer.Byte((byte)change.Removal!.Kind);
                writer.Text(change.Removal.Cause);
                writer.Text("");
                WriteState(writer, change.Tombstone?.Ended ?? default);
                break;
            case ChangeKind.CheckStatus:
                Start(writer, change.Kind, change.Version, change.Index);
                writer.Text(change.After!.Node.Name);
                writer.Bytes(change.After.Data.Id);
                writer.Text(change.Check!.Definition.Id ?? "");
                writer.Byte((byte)change.Check.Status);
                writer.Text(change.Check.Output);
                WriteState(writer, EntryState.Of(change.After));
                writer.Number(change.Check.ModifyIndex);
                break;
            case ChangeKind.Run:
                WriteRuns(writer, change.Runs!, change.Version, change.Index);
                break;
        }
    }

    internal static void WriteRuns(PackWriter writer, RunHistory runs, EntryVersion version, long index)
    {
        Start(writer, ChangeKind.Run, version, index);
        writer.Text(runs.Lineage);
        writer.Number(runs.Floor);
        writer.Number(runs.Gaps.Count);
        foreach ((long kept, long next) in runs.Gaps)
        {
            writer.Number(kept);
            writer.Number(next);
        }
    }

    internal static RunHistory ReadRuns(ref PackReader reader)
    {
        string lineage = reader.Text();
        long floor = reader.Number();
        var gaps = new (long, long)[reader.Count()];
        for (int i = 0; i < gaps.Length; i++)
        {
            gaps[i] = (reader.Number(), reader.Number());
        }

        return new RunHistory(lineage, floor, gaps);
    }

    /// <summary>Begins the record of who left a service; as many removals as it says follow.</summary>
    internal static void StartRemovals(PackWriter writer, string service, long completeSince, int count)
    {
        writer.Clear();
        writer.Byte(Removals);
        writer.Number(0);
        writer.Number(0);
        writer.Number(0);
        writer.Text(service);
        writer.Number(completeSince);
        writer.Number(count);
    }

    internal static void WriteRemoval(PackWriter writer, Removal removal)
    {
        writer.Text(removal.Node);
        writer.Text(removal.Id);
        writer.Byte((byte)removal.Kind);
        writer.Text(removal.Cause);
        writer.Number(removal.Time.ToUnixTimeMilliseconds());
        writer.Number(removal.Index);
    }

    internal static void WriteNode(PackWriter writer, Node node, long index)
    {
        Start(writer, ChangeKind.Node, node.Version, index);
        writer.Number(node.CreateIndex);
        writer.Number(node.ModifyIndex);
        WriteNodeDefinition(writer, node.Definition);
        WriteChecks(writer, node.Checks);
        WriteStatusVersions(writer, node.Checks);
    }

    internal static NodeDefinition ReadNodeDefinition(ref PackReader reader) => new()
    {
        Name = reader.Text(), Id = reader.Text(), Address = reader.Text(), Datacenter = reader.Text(),
        TaggedAddresses = ReadPairs(ref reader), Metadata = ReadPairs(ref reader),
    };

    internal static void WriteNodeDefinition(PackWriter writer, NodeDefinition definition)
    {
        writer.Text(definition.Name);
        writer.Text(definition.Id);
        writer.Text(definition.Address);
        writer.Text(definition.Datacenter);
        WritePairs(writer, definition.TaggedAddresses);
        WritePairs(writer, definition.Metadata);
    }

    internal static void WriteInstance(PackWriter writer, Instance instance, long index)
    {
        Start(writer, ChangeKind.Instance, instance.Version, index);
        writer.Number(instance.CreateIndex);
        writer.Number(instance.ModifyIndex);
        writer.Text(instance.Node.Name);
        writer.Text(instance.Data.Service);
        writer.Bytes(instance.Data.Packed);
        WriteChecks(writer, instance.Checks);
        writer.Number(instance.RegisteredSeconds);
        writer.Number(instance.Tenure.Epoch);
        writer.Number(instance.Tenure.Owner);
        WriteStatusVersions(writer, instance.Checks);
    }

    /// <summary>What a status belongs to, or what an expiry ended: of an instance's states, this one.</summary>
    internal static void WriteState(PackWriter writer, in EntryState state)
    {
        writer.Number(state.Version.Clock);
        writer.Number(state.Version.Origin);
        writer.Number(state.Tenure.Epoch);
        writer.Number(state.Tenure.Owner);
    }

    internal static EntryState ReadState(ref PackReader reader) => new(
        new EntryVersion(reader.Number(), (uint)reader.Number()), new Tenure((uint)reader.Number(), (uint)reader.Number()));

    private static void WriteStatusVersions(PackWriter writer, CheckList checks)
    {
        foreach (Check check in checks)
        {
            writer.Number(check.StatusVersion.Clock);
            writer.Number(check.StatusVersion.Origin);
        }
    }

    internal static void WriteTombstone(PackWriter writer, Tombstone tombstone)
    {
        writer.Clear();
        writer.Byte(Tombstone);
        writer.Number(tombstone.Version.Clock);
        writer.Number(tombstone.Version.Origin);
        writer.Number(0);
        writer.Text(tombstone.Node);
        writer.Bytes(Encoding.UTF8.GetBytes(tombstone.InstanceId));
        writer.Number(tombstone.Epoch);
        writer.Byte((byte)tombstone.Kind);
        writer.Text(tombstone.Cause);
        writer.Text(tombstone.Address);
        WriteState(writer, tombstone.Ended);
    }

    /// <summary>The epoch at the end of a removal's record; 0 when there is none, or the record is from before there were any.</summary>
    internal static long ReadEpoch(ref PackReader reader) => reader.AtEnd ? 0 : reader.Number();

    internal static List<KeyValuePair<string, string>> ReadPairs(ref PackReader reader)
    {
        int count = reader.Count();
        var pairs = new List<KeyValuePair<string, string>>(count);
        for (int i = 0; i < count; i++)
        {
            pairs.Add(new(reader.Text(), reader.Text()));
        }

        return pairs;
    }

    private static void Start(PackWriter writer, ChangeKind kind, EntryVersion version, long index)
    {
        writer.Byte((byte)kind);
        writer.Number(version.Clock);
        writer.Number(version.Origin);
        writer.Number(index);
    }

    private static void WritePairs(PackWriter writer, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        writer.Number(pairs.Count);
        foreach ((string key, string value) in pairs)
        {
            writer.Text(key);
            writer.Text(value);
        }
    }

    private static void WriteChecks(PackWriter writer, CheckList checks)
    {
        writer.Number(checks.Count);
        foreach (Check check in checks)
        {
            CheckDefinitionCodec.Write(writer, check.Definition);
            writer.Byte((byte)check.Status);
            writer.Text(check.Output);
            writer.Number(check.CreateIndex);
            writer.Number(check.ModifyIndex);
        }
    }
}
