using System.Text;
using Muster.Model;

namespace Muster.Catalog;

/// <summary>
/// The records that a journal keeps of the catalog. First byte: the <see cref="ChangeKind"/>, or <see cref="Tombstone"/>
/// for a tombstone in a snapshot. The rest is in the encoding of <see cref="PackWriter"/>. Fields are only ever added
/// at the end, so older readers ignore what they do not know and newer readers see zeros.
/// </summary>
internal static class ChangeCodec
{
    internal const byte Tombstone = 100;

    internal static void Write(PackWriter writer, in CatalogChange change)
    {
        switch (change.Kind)
        {
            case ChangeKind.Node:
                WriteNode(writer, change.Node!, change.Index);
                break;
            case ChangeKind.NodeRemoved:
                Start(writer, change.Kind, change.Version, change.Index);
                writer.Text(change.Node!.Name);
                break;
            case ChangeKind.Instance:
                WriteInstance(writer, change.After!, change.Index);
                break;
            case ChangeKind.InstanceRemoved:
                Start(writer, change.Kind, change.Version, change.Index);
                writer.Text(change.Before!.Node.Name);
                writer.Bytes(change.Before.Data.Id);
                WriteEpoch(writer, change.Before.Data.Epoch);
                break;
            case ChangeKind.CheckStatus:
                Start(writer, change.Kind, change.Version, change.Index);
                writer.Text(change.After!.Node.Name);
                writer.Bytes(change.After.Data.Id);
                writer.Text(change.Check!.Definition.Id ?? "");
                writer.Byte((byte)change.Check.Status);
                writer.Text(change.Check.Output);
                break;
        }
    }

    internal static void WriteNode(PackWriter writer, Node node, long index)
    {
        Start(writer, ChangeKind.Node, node.Version, index);
        writer.Number(node.CreateIndex);
        writer.Number(node.ModifyIndex);
        WriteNodeDefinition(writer, node.Definition);
        WriteChecks(writer, node.Checks);
    }

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
    }

    internal static void WriteTombstone(PackWriter writer, in Tombstone tombstone)
    {
        writer.Byte(Tombstone);
        writer.Number(tombstone.Version.Clock);
        writer.Number(tombstone.Version.Origin);
        writer.Number(0);
        writer.Text(tombstone.Node);
        writer.Bytes(Encoding.UTF8.GetBytes(tombstone.InstanceId));
        WriteEpoch(writer, tombstone.Epoch);
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

    private static void WriteEpoch(PackWriter writer, long epoch)
    {
        if (epoch > 0)
        {
            writer.Number(epoch);
        }
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
