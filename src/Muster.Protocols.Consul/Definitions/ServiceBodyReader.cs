using System.Text;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>
/// Decodes a service: an agent registration, the <c>Service</c> of a catalog registration, and configuration files. The
/// rules for names are those of <see cref="CheckBodyReader"/>.
/// </summary>
internal static class ServiceBodyReader
{
    private enum Field
    {
        Id, Name, Kind, Tags, Address, TaggedAddresses, Meta, Port, Ports, SocketPath, Check, Checks, Weights, Token,
        EnableTagOverride, Locality, Lease, Proxy, Namespace, Partition, Ignored,
    }

    private static readonly (string Name, int Field)[] SharedFields =
    [
        ("ID", (int)Field.Id), ("Kind", (int)Field.Kind), ("Tags", (int)Field.Tags), ("Address", (int)Field.Address),
        ("TaggedAddresses", (int)Field.TaggedAddresses), ("tagged_addresses", (int)Field.TaggedAddresses),
        ("Meta", (int)Field.Meta), ("Port", (int)Field.Port), ("Ports", (int)Field.Ports),
        ("SocketPath", (int)Field.SocketPath), ("socket_path", (int)Field.SocketPath), ("Weights", (int)Field.Weights),
        ("EnableTagOverride", (int)Field.EnableTagOverride), ("enable_tag_override", (int)Field.EnableTagOverride),
        ("Locality", (int)Field.Locality), ("Lease", (int)Field.Lease), ("Proxy", (int)Field.Proxy),
        ("Connect", (int)Field.Proxy), ("Namespace", (int)Field.Namespace), ("Partition", (int)Field.Partition),
    ];

    private static readonly FieldNames AgentFields = new(
        [.. SharedFields, ("Name", (int)Field.Name), ("Check", (int)Field.Check), ("Checks", (int)Field.Checks), ("Token", (int)Field.Token)]);

    private static readonly FieldNames CatalogFields = new(
        [.. SharedFields, ("Service", (int)Field.Name), ("PeerName", (int)Field.Ignored), ("CreateIndex", (int)Field.Ignored),
            ("ModifyIndex", (int)Field.Ignored), ("LocallyRegisteredAsSidecar", (int)Field.Ignored)]);

    private static readonly FieldNames WeightFields = new(("Passing", 0), ("Warning", 1));
    private static readonly FieldNames LocalityFields = new(("Region", 0), ("Zone", 1));
    private static readonly FieldNames AddressFields = new(("Address", 0), ("Port", 1));

    /// <summary>Reads what an agent is given; null for JSON's <c>null</c> and after an error.</summary>
    public static ServiceBody? ReadAgentService(ref GoJsonReader json) =>
        Read(ref json, AgentFields, "structs.ServiceDefinition");

    /// <summary>Reads what the catalog is given; null for JSON's <c>null</c> and after an error.</summary>
    public static ServiceBody? ReadCatalogService(ref GoJsonReader json) =>
        Read(ref json, CatalogFields, "structs.NodeService");

    private static ServiceBody? Read(ref GoJsonReader json, FieldNames names, string type)
    {
        if (!json.BeginObject("", type))
        {
            return null;
        }

        var service = new ServiceBody();
        while (json.NextField(out ReadOnlySpan<byte> name))
        {
            Field field = (Field)names.Find(name);
            if (!ReadScalar(ref json, service, field) && !ReadStructured(ref json, service, field))
            {
                json.UnknownField(name);
            }
        }

        return json.Failed ? null : service;
    }

    private static bool ReadScalar(ref GoJsonReader json, ServiceBody service, Field field)
    {
        switch (field)
        {
            case Field.Id:
                json.Read(ref service.Id, ".ID");
                return true;
            case Field.Name:
                json.Read(ref service.Name, ".Name");
                return true;
            case Field.Kind:
                json.Read(ref service.Kind, ".Kind");
                return true;
            case Field.Address:
                json.Read(ref service.Address, ".Address");
                return true;
            case Field.SocketPath:
                json.Read(ref service.SocketPath, ".SocketPath");
                return true;
            case Field.Token:
                json.Read(ref service.Token, ".Token");
                return true;
            case Field.Namespace:
                json.Read(ref service.Namespace, ".Namespace");
                return true;
            case Field.Partition:
                json.Read(ref service.Partition, ".Partition");
                return true;
            case Field.Port:
                json.Read(ref service.Port, ".Port");
                return true;
            case Field.EnableTagOverride:
                json.Read(ref service.EnableTagOverride, ".EnableTagOverride");
                return true;
            case Field.Lease:
                json.Read(ref service.Lease, ".Lease");
                return true;
            default:
                return false;
        }
    }

    private static bool ReadStructured(ref GoJsonReader json, ServiceBody service, Field field)
    {
        switch (field)
        {
            case Field.Tags:
                json.Read(ref service.Tags, ".Tags");
                return true;
            case Field.Meta:
                json.Read(ref service.Metadata, ".Meta");
                return true;
            case Field.TaggedAddresses:
                ReadTaggedAddresses(ref json, service);
                return true;
            case Field.Ports:
                ReadPorts(ref json, service);
                return true;
            case Field.Weights:
                ReadWeights(ref json, service);
                return true;
            case Field.Locality:
                ReadLocality(ref json, service);
                return true;
            case Field.Check:
                service.Check = CheckBodyReader.Read(ref json);
                return true;
            case Field.Checks:
                ReadChecks(ref json, service);
                return true;
            case Field.Proxy:
                service.HasProxy |= !json.Skip();
                return true;
            case Field.Ignored:
                json.Skip();
                return true;
            default:
                return false;
        }
    }

    private static void ReadChecks(ref GoJsonReader json, ServiceBody service)
    {
        service.Checks = null;
        if (!json.BeginArray(".Checks", "structs.CheckTypes"))
        {
            return;
        }

        service.Checks = [];
        while (json.NextItem() && json.HasRoom(service.Checks.Count, ".Checks"))
        {
            if (CheckBodyReader.Read(ref json) is { } check)
            {
                service.Checks.Add(check);
            }
        }
    }

    private static void ReadTaggedAddresses(ref GoJsonReader json, ServiceBody service)
    {
        service.TaggedAddresses = [];
        if (!json.BeginObject(".TaggedAddresses", "map[string]structs.ServiceAddress"))
        {
            return;
        }

        var addresses = new SortedPairs<TaggedAddressBody>();
        while (json.NextField(out ReadOnlySpan<byte> name) && json.HasRoom(addresses.Items.Count, ".TaggedAddresses"))
        {
            string key = Encoding.UTF8.GetString(name), address = "";
            long port = 0;
            if (json.BeginObject(".TaggedAddresses", "structs.ServiceAddress"))
            {
                while (json.NextField(out ReadOnlySpan<byte> part))
                {
                    switch (AddressFields.Find(part))
                    {
                        case 0:
                            json.Read(ref address, "ServiceAddress.TaggedAddresses.Address");
                            break;
                        case 1:
                            json.Read(ref port, "ServiceAddress.TaggedAddresses.Port");
                            break;
                        default:
                            json.UnknownField(part);
                            break;
                    }
                }
            }

            addresses.Set(key, new TaggedAddressBody(address, port));
        }

        service.TaggedAddresses = addresses.Items;
    }

    private static void ReadPorts(ref GoJsonReader json, ServiceBody service)
    {
        service.Ports = [];
        if (!json.BeginObject(".Ports", "map[string]int"))
        {
            return;
        }

        var ports = new SortedPairs<long>();
        while (json.NextField(out ReadOnlySpan<byte> name) && json.HasRoom(ports.Items.Count, ".Ports"))
        {
            string key = Encoding.UTF8.GetString(name);
            long port = 0;
            json.Read(ref port, ".Ports");
            ports.Set(key, port);
        }

        service.Ports = ports.Items;
    }

    private static void ReadWeights(ref GoJsonReader json, ServiceBody service)
    {
        service.HasWeights = json.BeginObject(".Weights", "structs.Weights");
        if (!service.HasWeights)
        {
            return;
        }

        while (json.NextField(out ReadOnlySpan<byte> name))
        {
            switch (WeightFields.Find(name))
            {
                case 0:
                    json.Read(ref service.PassingWeight, "Weights.Weights.Passing");
                    break;
                case 1:
                    json.Read(ref service.WarningWeight, "Weights.Weights.Warning");
                    break;
                default:
                    json.UnknownField(name);
                    break;
            }
        }
    }

    private static void ReadLocality(ref GoJsonReader json, ServiceBody service)
    {
        if (!json.BeginObject(".Locality", "structs.Locality"))
        {
            return;
        }

        while (json.NextField(out ReadOnlySpan<byte> name))
        {
            switch (LocalityFields.Find(name))
            {
                case 0:
                    json.Read(ref service.Region, "Locality.Locality.Region");
                    break;
                case 1:
                    json.Read(ref service.Zone, "Locality.Locality.Zone");
                    break;
                default:
                    json.UnknownField(name);
                    break;
            }
        }
    }
}
