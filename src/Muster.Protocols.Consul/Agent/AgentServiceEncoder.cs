using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Catalog;
using Muster.Protocols.Consul.Definitions;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Agent;

/// <summary>Writes an instance as the agent's endpoints show it: another order than in the catalog, and no indexes.</summary>
internal static class AgentServiceEncoder
{
    /// <summary>The whole object, without a content hash when <paramref name="contentHash"/> is empty.</summary>
    public static void Write(GoJsonWriter json, Instance instance, ReadOnlySpan<byte> contentHash)
    {
        InstanceData data = instance.Data;
        json.BeginObject();
        WriteUnlessEmpty(json, "Kind"u8, data.Kind);
        json.Name("ID"u8);
        json.Text(data.Id);
        json.Name("Service"u8);
        json.Text(data.Service);
        json.Name("Tags"u8);
        InstanceEncoder.WriteTags(json, data);
        json.Name("Meta"u8);
        InstanceEncoder.WriteMetadata(json, data, nullWhenEmpty: false);
        json.Name("Port"u8);
        json.Number(data.Port);
        json.Name("Address"u8);
        json.Text(data.Address);
        WriteUnlessEmpty(json, "SocketPath"u8, data.SocketPath);
        InstanceEncoder.WriteTaggedAddresses(json, "TaggedAddresses"u8, data);
        json.Name("Weights"u8);
        InstanceEncoder.WriteWeights(json, data);
        json.Name("EnableTagOverride"u8);
        json.Bool(data.EnableTagOverride);
        WriteUnlessEmpty(json, "ContentHash"u8, contentHash);
        WriteProxy(json, data);
        if (data.IsMeshNative)
        {
            json.Name("Connect"u8);
            InstanceEncoder.WriteConnect(json, data);
        }

        json.Name("Datacenter"u8);
        json.Text(instance.Node.Definition.Datacenter);
        InstanceEncoder.WriteLocality(json, "Locality"u8, data);
        json.EndObject();
    }

    /// <summary>The settings of a proxy or gateway; other instances have none here.</summary>
    private static void WriteProxy(GoJsonWriter json, InstanceData data)
    {
        if (data.Kind.IsEmpty)
        {
            return;
        }

        json.Name("Proxy"u8);
        var settings = new GoJsonReader(data.HasProxy ? data.Proxy.Settings : ProxyJson.None);
        ProxyJson.WriteAgent(json, ProxyBodyReader.Read(ref settings) ?? new ProxyBody());
    }

    private static void WriteUnlessEmpty(GoJsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            json.Name(name);
            json.Text(value);
        }
    }
}
