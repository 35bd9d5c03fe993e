using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>Decodes the body of <c>catalog/register</c>. Names are matched without case; there are no aliases here.</summary>
internal static class CatalogRegistrationReader
{
    private static readonly ObjectFields<CatalogCheckBody> CheckFields = new(
        "structs.HealthCheck",
        ("Node", static (ref json, check) => json.Read(ref check.Node, "HealthCheck.Node")),
        ("CheckID", static (ref json, check) => json.Read(ref check.Id, "HealthCheck.CheckID")),
        ("Name", static (ref json, check) => json.Read(ref check.Name, "HealthCheck.Name")),
        ("Status", static (ref json, check) => json.Read(ref check.Status, "HealthCheck.Status")),
        ("Notes", static (ref json, check) => json.Read(ref check.Notes, "HealthCheck.Notes")),
        ("Output", static (ref json, check) => json.Read(ref check.Output, "HealthCheck.Output")),
        ("ServiceID", static (ref json, check) => json.Read(ref check.ServiceId, "HealthCheck.ServiceID")),
        ("Namespace", static (ref json, check) => json.Read(ref check.Namespace, "HealthCheck.Namespace")),
        ("Partition", static (ref json, check) => json.Read(ref check.Partition, "HealthCheck.Partition")),
        ("Definition", static (ref json, check) => check.Definition = CheckBodyReader.ReadStored(ref json)),
        ("ServiceName|ServiceTags|Type|Interval|Timeout|ExposedPort|PeerName|CreateIndex|ModifyIndex", static (ref json, _) => json.Skip()));

    private static readonly ObjectFields<CatalogRegistrationBody> Fields = new(
        "structs.RegisterRequest",
        ("Datacenter", static (ref json, body) => json.Read(ref body.Datacenter, "RegisterRequest.Datacenter")),
        ("ID", static (ref json, body) => json.Read(ref body.NodeId, "RegisterRequest.ID")),
        ("Node", static (ref json, body) => json.Read(ref body.Node, "RegisterRequest.Node")),
        ("Address", static (ref json, body) => json.Read(ref body.Address, "RegisterRequest.Address")),
        ("TaggedAddresses", static (ref json, body) => json.Read(ref body.TaggedAddresses, "RegisterRequest.TaggedAddresses")),
        ("NodeMeta", static (ref json, body) => json.Read(ref body.NodeMetadata, "RegisterRequest.NodeMeta")),
        ("SkipNodeUpdate", static (ref json, body) => json.Read(ref body.SkipNodeUpdate, "RegisterRequest.SkipNodeUpdate")),
        ("Namespace", static (ref json, body) => json.Read(ref body.Namespace, "RegisterRequest.Namespace")),
        ("Partition", static (ref json, body) => json.Read(ref body.Partition, "RegisterRequest.Partition")),
        ("Service", static (ref json, body) => body.Service = ServiceBodyReader.ReadCatalogService(ref json)),
        ("Check", static (ref json, body) => AddCheck(ref json, body)),
        ("Checks", ReadChecks),
        ("Token", static (ref json, body) => json.Read(ref body.Token, "RegisterRequest.Token")),
        ("Locality|PeerName", static (ref json, _) => json.Skip()));

    /// <summary>Reads it; null after an error.</summary>
    public static CatalogRegistrationBody? Read(ref GoJsonReader json)
    {
        var body = new CatalogRegistrationBody();
        Fields.Read(ref json, body);
        return json.Failed ? null : body;
    }

    private static void ReadChecks(ref GoJsonReader json, CatalogRegistrationBody body)
    {
        if (json.BeginArray("RegisterRequest.Checks", "structs.HealthChecks"))
        {
            while (json.NextItem() && json.HasRoom(body.Checks.Count, "RegisterRequest.Checks"))
            {
                AddCheck(ref json, body);
            }
        }
    }

    private static void AddCheck(ref GoJsonReader json, CatalogRegistrationBody body)
    {
        var check = new CatalogCheckBody();
        if (CheckFields.Read(ref json, check, "RegisterRequest.Check"))
        {
            body.Checks.Add(check);
        }
    }
}
