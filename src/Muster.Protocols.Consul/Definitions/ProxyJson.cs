using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>
/// Writes a proxy's settings as Consul shows them. The catalog's shape is the canonical form that is stored; the agent's
/// has the same fields in another order and leaves out more of what is empty.
/// </summary>
internal static class ProxyJson
{
    /// <summary>The settings of an instance that is no proxy.</summary>
    public static ReadOnlySpan<byte> None => "{\"Mode\":\"\",\"MeshGateway\":{},\"Expose\":{}}"u8;

    /// <summary>As in the catalog.</summary>
    public static void WriteCatalog(GoJsonWriter json, ProxyBody proxy)
    {
        json.BeginObject();
        WriteTransparent(json, proxy);
        WriteAccessLogs(json, proxy.AccessLogs);
        WriteExtensions(json, proxy);
        WriteLocal(json, proxy);
        json.Name("Mode"u8);
        json.Text(proxy.Mode);
        WriteRest(json, proxy, isAgent: false);
        json.EndObject();
    }

    /// <summary>As in the agent's endpoints.</summary>
    public static void WriteAgent(GoJsonWriter json, ProxyBody proxy)
    {
        json.BeginObject();
        WriteExtensions(json, proxy);
        WriteLocal(json, proxy);
        WriteText(json, "Mode"u8, proxy.Mode);
        WriteTransparent(json, proxy);
        WriteRest(json, proxy, isAgent: true);
        WriteAccessLogs(json, proxy.AccessLogs);
        json.EndObject();
    }

    private static void WriteLocal(GoJsonWriter json, ProxyBody proxy)
    {
        WriteText(json, "DestinationServiceName"u8, proxy.DestinationName);
        WriteText(json, "DestinationServiceID"u8, proxy.DestinationId);
        WriteText(json, "LocalServiceAddress"u8, proxy.LocalAddress);
        WriteNumber(json, "LocalServicePort"u8, proxy.LocalPort);
        WriteText(json, "LocalServiceSocketPath"u8, proxy.LocalSocketPath);
    }

    private static void WriteRest(GoJsonWriter json, ProxyBody proxy, bool isAgent)
    {
        WriteObject(json, "Config"u8, proxy.Config);
        if (proxy.Upstreams.Count > 0)
        {
            json.Name("Upstreams"u8);
            json.BeginArray();
            foreach (UpstreamBody upstream in proxy.Upstreams)
            {
                WriteUpstream(json, upstream, isAgent);
            }

            json.EndArray();
        }

        WriteMeshGateway(json, proxy.MeshGatewayMode);
        WriteExpose(json, proxy);
    }

    private static void WriteUpstream(GoJsonWriter json, UpstreamBody upstream, bool isAgent)
    {
        json.BeginObject();
        WriteText(json, "DestinationType"u8, upstream.Type, keepEmpty: !isAgent);
        WriteText(json, "DestinationNamespace"u8, upstream.Namespace);
        WriteText(json, "DestinationPartition"u8, upstream.Partition);
        WriteText(json, "DestinationPeer"u8, upstream.Peer);
        WriteText(json, "DestinationName"u8, upstream.Name, keepEmpty: !isAgent);
        WriteText(json, "Datacenter"u8, upstream.Datacenter, keepEmpty: !isAgent);
        WriteText(json, "LocalBindAddress"u8, upstream.BindAddress);
        WriteNumber(json, "LocalBindPort"u8, upstream.BindPort);
        WriteText(json, "LocalBindSocketPath"u8, upstream.BindSocketPath);
        WriteText(json, "LocalBindSocketMode"u8, upstream.BindSocketMode);
        WriteObject(json, "Config"u8, upstream.Config);
        WriteMeshGateway(json, upstream.MeshGatewayMode);
        WriteTrue(json, "CentrallyConfigured"u8, upstream.IsCentrallyConfigured);
        json.EndObject();
    }

    private static void WriteMeshGateway(GoJsonWriter json, string mode)
    {
        json.Name("MeshGateway"u8);
        json.BeginObject();
        WriteText(json, "Mode"u8, mode);
        json.EndObject();
    }

    private static void WriteExpose(GoJsonWriter json, ProxyBody proxy)
    {
        json.Name("Expose"u8);
        json.BeginObject();
        WriteTrue(json, "Checks"u8, proxy.ExposesChecks);
        if (proxy.ExposedPaths.Count > 0)
        {
            json.Name("Paths"u8);
            json.BeginArray();
            foreach (ExposedPathBody path in proxy.ExposedPaths)
            {
                json.BeginObject();
                WriteNumber(json, "ListenerPort"u8, path.ListenerPort);
                WriteText(json, "Path"u8, path.Path);
                WriteNumber(json, "LocalPathPort"u8, path.LocalPort);
                WriteText(json, "Protocol"u8, path.Protocol);
                WriteTrue(json, "ParsedFromCheck"u8, path.IsParsedFromCheck);
                json.EndObject();
            }

            json.EndArray();
        }

        json.EndObject();
    }

    private static void WriteTransparent(GoJsonWriter json, ProxyBody proxy)
    {
        if (proxy.OutboundListenerPort == 0 && !proxy.DialedDirectly)
        {
            return;
        }

        json.Name("TransparentProxy"u8);
        json.BeginObject();
        WriteNumber(json, "OutboundListenerPort"u8, proxy.OutboundListenerPort);
        WriteTrue(json, "DialedDirectly"u8, proxy.DialedDirectly);
        json.EndObject();
    }

    private static void WriteAccessLogs(GoJsonWriter json, AccessLogsBody logs)
    {
        if (logs.IsEmpty)
        {
            return;
        }

        json.Name("AccessLogs"u8);
        json.BeginObject();
        WriteTrue(json, "Enabled"u8, logs.Enabled);
        WriteTrue(json, "DisableListenerLogs"u8, logs.DisablesListenerLogs);
        WriteText(json, "Type"u8, logs.Type);
        WriteText(json, "Path"u8, logs.Path);
        WriteText(json, "JSONFormat"u8, logs.JsonFormat);
        WriteText(json, "TextFormat"u8, logs.TextFormat);
        json.EndObject();
    }

    private static void WriteExtensions(GoJsonWriter json, ProxyBody proxy)
    {
        if (proxy.Extensions.Count == 0)
        {
            return;
        }

        json.Name("EnvoyExtensions"u8);
        json.BeginArray();
        foreach (EnvoyExtensionBody extension in proxy.Extensions)
        {
            json.BeginObject();
            WriteText(json, "Name"u8, extension.Name, keepEmpty: true);
            json.Name("Required"u8);
            json.Bool(extension.Required);
            json.Name("Arguments"u8);
            json.Raw(extension.Arguments.Length == 0 ? "null"u8 : extension.Arguments);
            WriteText(json, "ConsulVersion"u8, extension.ConsulVersion, keepEmpty: true);
            WriteText(json, "EnvoyVersion"u8, extension.EnvoyVersion, keepEmpty: true);
            json.EndObject();
        }

        json.EndArray();
    }

    private static void WriteText(GoJsonWriter json, ReadOnlySpan<byte> name, string value, bool keepEmpty = false)
    {
        if (value.Length > 0 || keepEmpty)
        {
            json.Name(name);
            json.Text(value);
        }
    }

    private static void WriteNumber(GoJsonWriter json, ReadOnlySpan<byte> name, long value)
    {
        if (value != 0)
        {
            json.Name(name);
            json.Number(value);
        }
    }

    private static void WriteTrue(GoJsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        if (value)
        {
            json.Name(name);
            json.Bool(true);
        }
    }

    private static void WriteObject(GoJsonWriter json, ReadOnlySpan<byte> name, byte[] value)
    {
        // an empty object says as little as none
        if (value.Length > 2)
        {
            json.Name(name);
            json.Raw(value);
        }
    }
}
