using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Catalog;

/// <summary>Writes an instance as a flat row of <c>catalog/service</c>.</summary>
internal static class CatalogServiceEncoder
{
    /// <summary>The whole row.</summary>
    public static void Write(GoJsonWriter json, Instance instance)
    {
        InstanceData data = instance.Data;
        json.BeginObject();
        NodeEncoder.WriteIdentity(json, instance.Node);
        json.Name("NodeMeta"u8);
        NodeEncoder.WriteMap(json, instance.Node.Definition.Metadata);
        json.Name("ServiceKind"u8);
        json.Text(data.Kind);
        json.Name("ServiceID"u8);
        json.Text(data.Id);
        json.Name("ServiceName"u8);
        json.Text(data.Service);
        json.Name("ServiceTags"u8);
        InstanceEncoder.WriteTags(json, data);
        json.Name("ServiceAddress"u8);
        json.Text(data.Address);
        InstanceEncoder.WriteTaggedAddresses(json, "ServiceTaggedAddresses"u8, data);
        json.Name("ServiceWeights"u8);
        InstanceEncoder.WriteWeights(json, data);
        json.Name("ServiceMeta"u8);
        InstanceEncoder.WriteMetadata(json, data, nullWhenEmpty: false);
        json.Name("ServicePort"u8);
        json.Number(data.Port);
        json.Name("ServiceSocketPath"u8);
        json.Text(data.SocketPath);
        json.Name("ServiceEnableTagOverride"u8);
        json.Bool(data.EnableTagOverride);
        json.Name("ServiceProxy"u8);
        InstanceEncoder.WriteProxy(json, data);
        json.Name("ServiceConnect"u8);
        InstanceEncoder.WriteConnect(json, data);
        InstanceEncoder.WriteLocality(json, "ServiceLocality"u8, data);
        json.Name("CreateIndex"u8);
        json.Number(instance.CreateIndex);
        json.Name("ModifyIndex"u8);
        json.Number(instance.ModifyIndex);
        json.EndObject();
    }
}
