using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>The body of <c>catalog/deregister</c>: a service, a check, or with neither a whole node.</summary>
internal sealed class CatalogRemovalBody
{
    private static readonly FieldNames Fields = new(
        ("Datacenter", 0), ("Node", 1), ("ServiceID", 2), ("CheckID", 3), ("Namespace", 4), ("Partition", 5),
        ("Address", 6), ("Token", 7), ("PeerName", 6));

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
        if (json.BeginObject("", "structs.DeregisterRequest"))
        {
            while (json.NextField(out ReadOnlySpan<byte> name))
            {
                body.ReadField(ref json, name);
            }
        }

        return json.Failed ? null : body;
    }

    private void ReadField(ref GoJsonReader json, ReadOnlySpan<byte> name)
    {
        switch (Fields.Find(name))
        {
            case 0:
                json.Read(ref Datacenter, "DeregisterRequest.Datacenter");
                break;
            case 1:
                json.Read(ref Node, "DeregisterRequest.Node");
                break;
            case 2:
                json.Read(ref ServiceId, "DeregisterRequest.ServiceID");
                break;
            case 3:
                json.Read(ref CheckId, "DeregisterRequest.CheckID");
                break;
            case 4:
                json.Read(ref Namespace, "DeregisterRequest.Namespace");
                break;
            case 5:
                json.Read(ref Partition, "DeregisterRequest.Partition");
                break;
            case 6:
                json.Skip();
                break;
            case 7:
                json.Read(ref Token, "DeregisterRequest.Token");
                break;
            default:
                json.UnknownField(name);
                break;
        }
    }
}
