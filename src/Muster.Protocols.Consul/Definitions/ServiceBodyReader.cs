using System.Text;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>
/// Decodes a service: an agent registration, the <c>Service</c> of a catalog registration, and configuration files. The
/// rules for names are those of <see cref="CheckBodyReader"/>.
/// </summary>
internal static class ServiceBodyReader
{
    private static readonly ObjectFields<ServiceBody> Weights = new(
        "structs.Weights",
        ("Passing", static (ref json, service) => json.Read(ref service.PassingWeight, "Weights.Weights.Passing")),
        ("Warning", static (ref json, service) => json.Read(ref service.WarningWeight, "Weights.Weights.Warning")));

    private static readonly ObjectFields<ServiceBody> Locality = new(
        "structs.Locality",
        ("Region", static (ref json, service) => json.Read(ref service.Region, "Locality.Locality.Region")),
        ("Zone", static (ref json, service) => json.Read(ref service.Zone, "Locality.Locality.Zone")));

    private static readonly ObjectFields<ServiceBody> Connect = new(
        "structs.ServiceConnect",
        ("Native", static (ref json, service) => json.Read(ref service.IsNative, "ServiceConnect.Connect.Native")),
        ("SidecarService|sidecar_service", static (ref json, service) => service.Sidecar = ReadAgentService(ref json)),
        ("PeerMeta", static (ref json, _) => json.Skip()));

    private static readonly (string Names, FieldReader<ServiceBody> Read)[] SharedFields =
    [
        ("ID", static (ref json, service) => json.Read(ref service.Id, ".ID")),
        ("Kind", static (ref json, service) => json.Read(ref service.Kind, ".Kind")),
        ("Tags", static (ref json, service) => json.Read(ref service.Tags, ".Tags")),
        ("Address", static (ref json, service) => json.Read(ref service.Address, ".Address")),
        ("TaggedAddresses|tagged_addresses", ReadTaggedAddresses),
        ("Meta", static (ref json, service) => json.Read(ref service.Metadata, ".Meta")),
        ("Port", static (ref json, service) => json.Read(ref service.Port, ".Port")),
        ("Ports", ReadPorts),
        ("SocketPath|socket_path", static (ref json, service) => json.Read(ref service.SocketPath, ".SocketPath")),
        ("Weights", static (ref json, service) => service.HasWeights = Weights.Read(ref json, service, ".Weights")),
        ("EnableTagOverride|enable_tag_override", static (ref json, service) => json.Read(ref service.EnableTagOverride, ".EnableTagOverride")),
        ("Locality", static (ref json, service) => Locality.Read(ref json, service, ".Locality")),
        ("Lease", static (ref json, service) => json.Read(ref service.Lease, ".Lease")),
        ("Proxy", static (ref json, service) => service.Proxy = ProxyBodyReader.Read(ref json)),
        ("Connect", static (ref json, service) => Connect.Read(ref json, service, ".Connect")),
        ("Namespace", static (ref json, service) => json.Read(ref service.Namespace, ".Namespace")),
        ("Partition", static (ref json, service) => json.Read(ref service.Partition, ".Partition")),
    ];

    private static readonly ObjectFields<ServiceBody> AgentFields = new(
        "structs.ServiceDefinition",
        [
            .. SharedFields,
            ("Name", static (ref json, service) => json.Read(ref service.Name, ".Name")),
            ("Check", static (ref json, service) => service.Check = CheckBodyReader.Read(ref json)),
            ("Checks", ReadChecks),
            ("Token", static (ref json, service) => json.Read(ref service.Token, ".Token")),
        ]);

    private static readonly ObjectFields<ServiceBody> CatalogFields = new(
        "structs.NodeService",
        [
            .. SharedFields,
            ("Service", static (ref json, service) => json.Read(ref service.Name, ".Name")),
            ("PeerName|CreateIndex|ModifyIndex|LocallyRegisteredAsSidecar", static (ref json, _) => json.Skip()),
        ]);

    private static readonly ObjectFields<TaggedAddressBody> AddressFields = new(
        "structs.ServiceAddress",
        ("Address", static (ref json, address) => json.Read(ref address.Address, "ServiceAddress.TaggedAddresses.Address")),
        ("Port", static (ref json, address) => json.Read(ref address.Port, "ServiceAddress.TaggedAddresses.Port")));

    /// <summary>Reads what an agent is given; null for JSON's <c>null</c> and after an error.</summary>
    public static ServiceBody? ReadAgentService(ref GoJsonReader json)
    {
        var service = new ServiceBody();
        return AgentFields.Read(ref json, service) ? service : null;
    }

    /// <summary>Reads what the catalog is given; null for JSON's <c>null</c> and after an error.</summary>
    public static ServiceBody? ReadCatalogService(ref GoJsonReader json)
    {
        var service = new ServiceBody();
        return CatalogFields.Read(ref json, service) ? service : null;
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
            string key = Encoding.UTF8.GetString(name);
            var address = new TaggedAddressBody();
            AddressFields.Read(ref json, address, ".TaggedAddresses");
            addresses.Set(key, address);
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
}
