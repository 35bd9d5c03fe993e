using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>Decodes the <c>Proxy</c> of a service. Names of several words may be written with underscores.</summary>
internal static class ProxyBodyReader
{
    private static readonly ObjectFields<AccessLogsBody> AccessLogs = new(
        "structs.AccessLogsConfig",
        ("Enabled", static (ref json, logs) => json.Read(ref logs.Enabled, "AccessLogs.Enabled")),
        ("DisableListenerLogs|disable_listener_logs", static (ref json, logs) => json.Read(ref logs.DisablesListenerLogs, "AccessLogs.DisableListenerLogs")),
        ("Type", static (ref json, logs) => json.Read(ref logs.Type, "AccessLogs.Type")),
        ("Path", static (ref json, logs) => json.Read(ref logs.Path, "AccessLogs.Path")),
        ("JSONFormat|json_format", static (ref json, logs) => json.Read(ref logs.JsonFormat, "AccessLogs.JSONFormat")),
        ("TextFormat|text_format", static (ref json, logs) => json.Read(ref logs.TextFormat, "AccessLogs.TextFormat")));

    private static readonly ObjectFields<EnvoyExtensionBody> Extensions = new(
        "structs.EnvoyExtension",
        ("Name", static (ref json, extension) => json.Read(ref extension.Name, "EnvoyExtension.Name")),
        ("Required", static (ref json, extension) => json.Read(ref extension.Required, "EnvoyExtension.Required")),
        ("Arguments", static (ref json, extension) => json.Read(ref extension.Arguments, "EnvoyExtension.Arguments")),
        ("ConsulVersion|consul_version", static (ref json, extension) => json.Read(ref extension.ConsulVersion, "EnvoyExtension.ConsulVersion")),
        ("EnvoyVersion|envoy_version", static (ref json, extension) => json.Read(ref extension.EnvoyVersion, "EnvoyExtension.EnvoyVersion")));

    private static readonly ObjectFields<UpstreamBody> Upstreams = new(
        "structs.Upstream",
        ("DestinationType|destination_type", static (ref json, upstream) => json.Read(ref upstream.Type, "Upstream.DestinationType")),
        ("DestinationNamespace|destination_namespace", static (ref json, upstream) => json.Read(ref upstream.Namespace, "Upstream.DestinationNamespace")),
        ("DestinationPartition|destination_partition", static (ref json, upstream) => json.Read(ref upstream.Partition, "Upstream.DestinationPartition")),
        ("DestinationPeer|destination_peer", static (ref json, upstream) => json.Read(ref upstream.Peer, "Upstream.DestinationPeer")),
        ("DestinationName|destination_name", static (ref json, upstream) => json.Read(ref upstream.Name, "Upstream.DestinationName")),
        ("Datacenter", static (ref json, upstream) => json.Read(ref upstream.Datacenter, "Upstream.Datacenter")),
        ("LocalBindAddress|local_bind_address", static (ref json, upstream) => json.Read(ref upstream.BindAddress, "Upstream.LocalBindAddress")),
        ("LocalBindPort|local_bind_port", static (ref json, upstream) => json.Read(ref upstream.BindPort, "Upstream.LocalBindPort")),
        ("LocalBindSocketPath|local_bind_socket_path", static (ref json, upstream) => json.Read(ref upstream.BindSocketPath, "Upstream.LocalBindSocketPath")),
        ("LocalBindSocketMode|local_bind_socket_mode", static (ref json, upstream) => json.Read(ref upstream.BindSocketMode, "Upstream.LocalBindSocketMode")),
        ("Config", static (ref json, upstream) => json.Read(ref upstream.Config, "Upstream.Config")),
        ("MeshGateway|mesh_gateway", static (ref json, upstream) => upstream.MeshGatewayMode = ReadMode(ref json, "Upstream.MeshGateway")),
        ("CentrallyConfigured", static (ref json, upstream) => json.Read(ref upstream.IsCentrallyConfigured, "Upstream.CentrallyConfigured")));

    private static readonly ObjectFields<ExposedPathBody> Paths = new(
        "structs.ExposePath",
        ("ListenerPort|listener_port", static (ref json, path) => json.Read(ref path.ListenerPort, "ExposePath.ListenerPort")),
        ("Path", static (ref json, path) => json.Read(ref path.Path, "ExposePath.Path")),
        ("LocalPathPort|local_path_port", static (ref json, path) => json.Read(ref path.LocalPort, "ExposePath.LocalPathPort")),
        ("Protocol", static (ref json, path) => json.Read(ref path.Protocol, "ExposePath.Protocol")),
        ("ParsedFromCheck|parsed_from_check", static (ref json, path) => json.Read(ref path.IsParsedFromCheck, "ExposePath.ParsedFromCheck")));

    private static readonly ObjectFields<ProxyBody> Expose = new(
        "structs.ExposeConfig",
        ("Checks", static (ref json, proxy) => json.Read(ref proxy.ExposesChecks, "ExposeConfig.Checks")),
        ("Paths", static (ref json, proxy) => proxy.ExposedPaths = Paths.ReadList(ref json, static () => new ExposedPathBody(), "ExposeConfig.Paths")));

    private static readonly ObjectFields<ProxyBody> Transparent = new(
        "structs.TransparentProxyConfig",
        ("OutboundListenerPort|outbound_listener_port", static (ref json, proxy) => json.Read(ref proxy.OutboundListenerPort, "TransparentProxyConfig.OutboundListenerPort")),
        ("DialedDirectly|dialed_directly", static (ref json, proxy) => json.Read(ref proxy.DialedDirectly, "TransparentProxyConfig.DialedDirectly")));

    private static readonly ObjectFields<ProxyBody> Fields = new(
        "structs.ConnectProxyConfig",
        ("DestinationServiceName|destination_service_name", static (ref json, proxy) => json.Read(ref proxy.DestinationName, "Proxy.DestinationServiceName")),
        ("DestinationServiceID|destination_service_id", static (ref json, proxy) => json.Read(ref proxy.DestinationId, "Proxy.DestinationServiceID")),
        ("LocalServiceAddress|local_service_address", static (ref json, proxy) => json.Read(ref proxy.LocalAddress, "Proxy.LocalServiceAddress")),
        ("LocalServicePort|local_service_port", static (ref json, proxy) => json.Read(ref proxy.LocalPort, "Proxy.LocalServicePort")),
        ("LocalServiceSocketPath|local_service_socket_path", static (ref json, proxy) => json.Read(ref proxy.LocalSocketPath, "Proxy.LocalServiceSocketPath")),
        ("Mode", static (ref json, proxy) => json.Read(ref proxy.Mode, "Proxy.Mode")),
        ("Config", static (ref json, proxy) => json.Read(ref proxy.Config, "Proxy.Config")),
        ("Upstreams", static (ref json, proxy) => proxy.Upstreams = Upstreams.ReadList(ref json, static () => new UpstreamBody(), "Proxy.Upstreams")),
        ("MeshGateway|mesh_gateway", static (ref json, proxy) => proxy.MeshGatewayMode = ReadMode(ref json, "Proxy.MeshGateway")),
        ("Expose", static (ref json, proxy) => Expose.Read(ref json, proxy, "Proxy.Expose")),
        ("TransparentProxy|transparent_proxy", static (ref json, proxy) => Transparent.Read(ref json, proxy, "Proxy.TransparentProxy")),
        ("AccessLogs|access_logs", static (ref json, proxy) => AccessLogs.Read(ref json, proxy.AccessLogs, "Proxy.AccessLogs")),
        ("EnvoyExtensions|envoy_extensions", static (ref json, proxy) => proxy.Extensions = Extensions.ReadList(ref json, static () => new EnvoyExtensionBody(), "Proxy.EnvoyExtensions")),
        ("MutualTLSMode|mutual_tls_mode", static (ref json, _) => json.Skip()));

    private static readonly ObjectFields<ProxyBody> MeshGateway = new(
        "structs.MeshGatewayConfig", ("Mode", static (ref json, scratch) => json.Read(ref scratch.Mode, "MeshGatewayConfig.Mode")));

    /// <summary>Reads it; null for JSON's <c>null</c> and after an error.</summary>
    public static ProxyBody? Read(ref GoJsonReader json)
    {
        var proxy = new ProxyBody();
        return Fields.Read(ref json, proxy, ".Proxy") ? proxy : null;
    }

    private static string ReadMode(ref GoJsonReader json, string field)
    {
        var scratch = new ProxyBody();
        MeshGateway.Read(ref json, scratch, field);
        return scratch.Mode;
    }
}
