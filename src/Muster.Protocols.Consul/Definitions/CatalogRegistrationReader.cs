using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>Decodes the body of <c>catalog/register</c>. Names are matched without case; there are no aliases here.</summary>
internal static class CatalogRegistrationReader
{
    private enum Field
    {
        Datacenter, NodeId, Node, Address, TaggedAddresses, NodeMeta, Service, Check, Checks, SkipNodeUpdate, Namespace,
        Partition, Token, Ignored,
    }

    private enum CheckField
    {
        Node, Id, Name, Status, Notes, Output, ServiceId, Namespace, Partition, Definition, Ignored,
    }

    private static readonly FieldNames Fields = new(
        ("Datacenter", (int)Field.Datacenter), ("ID", (int)Field.NodeId), ("Node", (int)Field.Node),
        ("Address", (int)Field.Address), ("TaggedAddresses", (int)Field.TaggedAddresses),
        ("NodeMeta", (int)Field.NodeMeta), ("Service", (int)Field.Service), ("Check", (int)Field.Check),
        ("Checks", (int)Field.Checks), ("SkipNodeUpdate", (int)Field.SkipNodeUpdate),
        ("Namespace", (int)Field.Namespace), ("Partition", (int)Field.Partition), ("Locality", (int)Field.Ignored),
        ("Token", (int)Field.Token), ("PeerName", (int)Field.Ignored));

    private static readonly FieldNames CheckFields = new(
        ("Node", (int)CheckField.Node), ("CheckID", (int)CheckField.Id), ("Name", (int)CheckField.Name),
        ("Status", (int)CheckField.Status), ("Notes", (int)CheckField.Notes), ("Output", (int)CheckField.Output),
        ("ServiceID", (int)CheckField.ServiceId), ("Namespace", (int)CheckField.Namespace),
        ("Partition", (int)CheckField.Partition), ("Definition", (int)CheckField.Definition),
        ("ServiceName", (int)CheckField.Ignored), ("ServiceTags", (int)CheckField.Ignored), ("Type", (int)CheckField.Ignored),
        ("Interval", (int)CheckField.Ignored), ("Timeout", (int)CheckField.Ignored), ("ExposedPort", (int)CheckField.Ignored),
        ("PeerName", (int)CheckField.Ignored), ("CreateIndex", (int)CheckField.Ignored), ("ModifyIndex", (int)CheckField.Ignored));

    /// <summary>Reads it; null after an error.</summary>
    public static CatalogRegistrationBody? Read(ref GoJsonReader json)
    {
        var body = new CatalogRegistrationBody();
        if (json.BeginObject("", "structs.RegisterRequest"))
        {
            while (json.NextField(out ReadOnlySpan<byte> name))
            {
                ReadField(ref json, body, (Field)Fields.Find(name), name);
            }
        }

        return json.Failed ? null : body;
    }

    private static void ReadField(ref GoJsonReader json, CatalogRegistrationBody body, Field field, ReadOnlySpan<byte> name)
    {
        switch (field)
        {
            case Field.Datacenter:
                json.Read(ref body.Datacenter, "RegisterRequest.Datacenter");
                break;
            case Field.NodeId:
                json.Read(ref body.NodeId, "RegisterRequest.ID");
                break;
            case Field.Node:
                json.Read(ref body.Node, "RegisterRequest.Node");
                break;
            case Field.Address:
                json.Read(ref body.Address, "RegisterRequest.Address");
                break;
            case Field.TaggedAddresses:
                json.Read(ref body.TaggedAddresses, "RegisterRequest.TaggedAddresses");
                break;
            case Field.NodeMeta:
                json.Read(ref body.NodeMetadata, "RegisterRequest.NodeMeta");
                break;
            case Field.SkipNodeUpdate:
                json.Read(ref body.SkipNodeUpdate, "RegisterRequest.SkipNodeUpdate");
                break;
            case Field.Namespace:
                json.Read(ref body.Namespace, "RegisterRequest.Namespace");
                break;
            case Field.Partition:
                json.Read(ref body.Partition, "RegisterRequest.Partition");
                break;
            case Field.Service:
                body.Service = ServiceBodyReader.ReadCatalogService(ref json);
                break;
            case Field.Check:
                AddCheck(ref json, body);
                break;
            case Field.Checks:
                ReadChecks(ref json, body);
                break;
            case Field.Token:
                json.Read(ref body.Token, "RegisterRequest.Token");
                break;
            case Field.Ignored:
                json.Skip();
                break;
            default:
                json.UnknownField(name);
                break;
        }
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
        if (!json.BeginObject("RegisterRequest.Check", "structs.HealthCheck"))
        {
            return;
        }

        var check = new CatalogCheckBody();
        while (json.NextField(out ReadOnlySpan<byte> name))
        {
            ReadCheckField(ref json, check, (CheckField)CheckFields.Find(name), name);
        }

        body.Checks.Add(check);
    }

    private static void ReadCheckField(ref GoJsonReader json, CatalogCheckBody check, CheckField field, ReadOnlySpan<byte> name)
    {
        switch (field)
        {
            case CheckField.Node:
                json.Read(ref check.Node, "HealthCheck.Node");
                break;
            case CheckField.Id:
                json.Read(ref check.Id, "HealthCheck.CheckID");
                break;
            case CheckField.Name:
                json.Read(ref check.Name, "HealthCheck.Name");
                break;
            case CheckField.Status:
                json.Read(ref check.Status, "HealthCheck.Status");
                break;
            case CheckField.Notes:
                json.Read(ref check.Notes, "HealthCheck.Notes");
                break;
            case CheckField.Output:
                json.Read(ref check.Output, "HealthCheck.Output");
                break;
            case CheckField.ServiceId:
                json.Read(ref check.ServiceId, "HealthCheck.ServiceID");
                break;
            case CheckField.Namespace:
                json.Read(ref check.Namespace, "HealthCheck.Namespace");
                break;
            case CheckField.Partition:
                json.Read(ref check.Partition, "HealthCheck.Partition");
                break;
            case CheckField.Definition:
                check.Definition = CheckBodyReader.ReadStored(ref json);
                break;
            case CheckField.Ignored:
                json.Skip();
                break;
            default:
                json.UnknownField(name);
                break;
        }
    }
}
