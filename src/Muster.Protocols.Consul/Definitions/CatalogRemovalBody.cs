using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>The body of <c>catalog/deregister</c>: a service, a check, or with neither a whole node.</summary>
internal sealed class CatalogRemovalBody
{
    private static readonly ObjectFields<CatalogRemovalBody> Fields = new(
        "structs.DeregisterRequest",
        ("Datacenter", static (ref json, body) => json.Read(ref body.Datacenter, "DeregisterRequest.Datacenter")),
        ("Node", static (ref json, body) => json.Read(ref body.Node, "DeregisterRequest.Node")),
        ("ServiceID", static (ref json, body) => json.Read(ref body.ServiceId, "DeregisterRequest.ServiceID")),
        ("CheckID", static (ref json, body) => json.Read(ref body.CheckId, "DeregisterRequest.CheckID")),
        ("Namespace", static (ref json, body) => json.Read(ref body.Namespace, "DeregisterRequest.Namespace")),
        ("Partition", static (ref json, body) => json.Read(ref body.Partition, "DeregisterRequest.Partition")),
        ("Token", static (ref json, body) => json.Read(ref body.Token, "DeregisterRequest.Token")),
        ("Address|PeerName", static (ref json, _) => json.Skip()));

    public string Datacenter = "";
    public string Node = "";
    public string ServiceId = "";
    public string CheckId = "";
    public string Namespace = "";
    public string Partition = "";
    public string Token = "";

    /// <summary>Decodes it; null after an error.</summary>
    public static CatalogRemovalBody? Read(ref GoJsonReader json)
    {
        var body = new CatalogRemovalBody();
        Fields.Read(ref json, body);
        return json.Failed ? null : body;
    }
}
