using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Catalog;

/// <summary>Writes nodes as <c>catalog/nodes</c> and <c>health/service</c> show them.</summary>
internal static class NodeEncoder
{
    /// <summary>A whole node object.</summary>
    public static void Write(GoJsonWriter json, Node node)
    {
        json.BeginObject();
        WriteIdentity(json, node);
        json.Name("Meta"u8);
        WriteMap(json, node.Definition.Metadata);
        json.Name("CreateIndex"u8);
        json.Number(node.CreateIndex);
        json.Name("ModifyIndex"u8);
        json.Number(node.ModifyIndex);
        json.EndObject();
    }

    /// <summary>The fields that node objects and the rows of <c>catalog/service</c> start with.</summary>
    public static void WriteIdentity(GoJsonWriter json, Node node)
    {
        NodeDefinition definition = node.Definition;
        json.Name("ID"u8);
        json.Text(definition.Id);
        json.Name("Node"u8);
        json.Text(definition.Name);
        json.Name("Address"u8);
        json.Text(definition.Address);
        json.Name("Datacenter"u8);
        json.Text(definition.Datacenter);
        json.Name("TaggedAddresses"u8);
        WriteMap(json, definition.TaggedAddresses);
    }

    /// <summary>A map of strings; <c>null</c> when empty, as Go writes a map that was never made.</summary>
    public static void WriteMap(GoJsonWriter json, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        if (pairs.Count == 0)
        {
            json.Null();
            return;
        }

        json.BeginObject();
        for (int i = 0; i < pairs.Count; i++)
        {
            json.Key(pairs[i].Key);
            json.Text(pairs[i].Value);
        }

        json.EndObject();
    }
}
