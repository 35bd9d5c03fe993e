using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Catalog;

/// <summary>Writes an instance as Consul's <c>NodeService</c>: in <c>health/service</c> and <c>catalog/node</c>.</summary>
internal static class NodeServiceEncoder
{
    /// <summary>The whole object.</summary>
    public static void Write(GoJsonWriter json, Instance instance)
    {
        InstanceData data = instance.Data;
        json.BeginObject();
        if (!data.Kind.IsEmpty)
        {
            json.Name("Kind"u8);
            json.Text(data.Kind);
        }

        json.Name("ID"u8);
        json.Text(data.Id);
        json.Name("Service"u8);
        json.Text(data.Service);
        json.Name("Tags"u8);
        InstanceEncoder.WriteTags(json, data);
        json.Name("Address"u8);
        json.Text(data.Address);
        InstanceEncoder.WriteTaggedAddresses(json, "TaggedAddresses"u8, data);
        json.Name("Meta"u8);
        InstanceEncoder.WriteMetadata(json, data, nullWhenEmpty: true);
        if (data.Port != 0)
        {
            json.Name("Port"u8);
            json.Number(data.Port);
        }

        if (!data.SocketPath.IsEmpty)
        {
            json.Name("SocketPath"u8);
            json.Text(data.SocketPath);
        }

        json.Name("Weights"u8);
        InstanceEncoder.WriteWeights(json, data);
        json.Name("EnableTagOverride"u8);
        json.Bool(data.EnableTagOverride);
        InstanceEncoder.WriteLocality(json, "Locality"u8, data);
        json.Name("Proxy"u8);
        InstanceEncoder.WriteProxy(json, data);
        json.Name("Connect"u8);
        InstanceEncoder.WriteConnect(json, data);
        json.Name("CreateIndex"u8);
        json.Number(instance.CreateIndex);
        json.Name("ModifyIndex"u8);
        json.Number(instance.ModifyIndex);
        json.EndObject();
    }
}
