using System.Globalization;
using System.Net;
using System.Text;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>What Consul asks of proxies, gateways and mesh-native services. All objections come at once, in Consul's words.</summary>
internal static class ProxyRules
{
    private const string AnyService = "*";

    /// <summary>The kinds there are, the empty one for an ordinary service.</summary>
    public static bool IsKind(string kind) => kind is "" or Model.ProxyDefinition.Kind || IsGateway(kind);

    /// <summary>True for the kinds that have settings of a proxy and stand for no service.</summary>
    public static bool IsGateway(string kind) => kind is "mesh-gateway" or "terminating-gateway" or "ingress-gateway" or "api-gateway";

    /// <summary>What is wrong, null when nothing is. An agent finds a port for a sidecar itself, so one is not asked for.</summary>
    public static string? Check(ServiceBody service, bool mayLackPort = false)
    {
        var problems = new List<string>();
        ProxyBody proxy = service.Proxy ?? new ProxyBody();
        if (service.Kind == Model.ProxyDefinition.Kind)
        {
            CheckProxy(problems, service, proxy, mayLackPort);
        }
        else if (IsGateway(service.Kind))
        {
            CheckGateway(problems, service, proxy);
        }

        CheckSidecar(problems, service);
        if (service.IsNative && service.Port == 0 && service.SocketPath.Length == 0)
        {
            problems.Add("Port or SocketPath must be set for a Connect native service.");
        }

        CheckModes(problems, proxy);
        return problems.Count == 0 ? null : Format(problems);
    }

    private static void CheckProxy(List<string> problems, ServiceBody service, ProxyBody proxy, bool mayLackPort)
    {
        if (service.Port == 0 && service.SocketPath.Length == 0 && !mayLackPort)
        {
            problems.Add("Port or SocketPath must be set for a connect-proxy");
        }

        if (string.IsNullOrWhiteSpace(proxy.DestinationName))
        {
            problems.Add("Proxy.DestinationServiceName must be non-empty for Connect proxy services");
        }

        if (proxy.DestinationName == AnyService)
        {
            problems.Add("Proxy.DestinationServiceName must not be a wildcard for Connect proxy services");
        }

        if (service.IsNative)
        {
            problems.Add("A Proxy cannot also be Connect Native, only typical services");
        }

        CheckUpstreams(problems, proxy);
        CheckPaths(problems, proxy);
    }

    private static void CheckUpstreams(List<string> problems, ProxyBody proxy)
    {
        var destinations = new HashSet<string>(StringComparer.Ordinal);
        var listeners = new HashSet<string>(StringComparer.Ordinal);
        foreach (UpstreamBody upstream in proxy.Upstreams)
        {
            if (CheckUpstream(upstream) is { } problem)
            {
                problems.Add(problem);
                continue;
            }

            string destination = $"[type=\"{upstream.Type}\", name=\"{upstream.Name}\", partition=\"{upstream.Partition}\", "
                + $"namespace=\"{upstream.Namespace}\", peer=\"{upstream.Peer}\", datacenter=\"{upstream.Datacenter}\"]";
            if (!destinations.Add(destination))
            {
                problems.Add("upstreams cannot contain duplicates of " + destination);
                continue;
            }

            string listener = ListenerOf(upstream);
            if (!listeners.Add(listener) && !upstream.IsCentrallyConfigured)
            {
                problems.Add($"upstreams cannot contain duplicates by local bind address and port or unix path; \"{listener}\" is specified twice");
            }
        }
    }

    private static string? CheckUpstream(UpstreamBody upstream) =>
        upstream.Type is not ("" or "service" or "prepared_query") ? $"unknown upstream destination type: \"{upstream.Type}\""
        : upstream.Name.Length == 0 ? "upstream destination name cannot be empty"
        : upstream.Name == AnyService && !upstream.IsCentrallyConfigured ? "upstream destination name cannot be a wildcard"
        : upstream.Peer.Length > 0 && upstream.Datacenter.Length > 0 ? "upstream cannot specify both destination peer and datacenter"
        : upstream.IsCentrallyConfigured ? null
        : upstream.BindPort == 0 && upstream.BindSocketPath.Length == 0 ? "upstream local bind port or local socket path must be defined and nonzero"
        : upstream.BindPort != 0 && upstream.BindSocketPath.Length > 0 ? "only one of upstream local bind port or local socket path can be defined and nonzero"
        : null;

    private static string ListenerOf(UpstreamBody upstream)
    {
        if (upstream.BindPort == 0 && upstream.BindAddress.Length == 0)
        {
            return upstream.BindSocketPath;
        }

        string address = upstream.BindAddress.Length == 0 ? IPAddress.Loopback.ToString() : upstream.BindAddress;
        string host = address.Contains(':') ? $"[{address}]" : address;
        return string.Create(CultureInfo.InvariantCulture, $"{host}:{upstream.BindPort}");
    }

    private static void CheckPaths(List<string> problems, ProxyBody proxy)
    {
        var listeners = new HashSet<long>();
        foreach (ExposedPathBody path in proxy.ExposedPaths)
        {
            if (path.Path.Length == 0)
            {
                problems.Add("expose.paths: empty path exposed");
            }

            if (!listeners.Add(path.ListenerPort))
            {
                problems.Add("expose.paths: duplicate listener ports exposed");
            }

            if (path.ListenerPort is <= 0 or > ushort.MaxValue)
            {
                problems.Add($"expose.paths: invalid listener port: {path.ListenerPort}");
            }

            if (path.Protocol.ToLowerInvariant() is var protocol and not ("" or "http" or "http2"))
            {
                problems.Add($"protocol '{protocol}' not supported for path: {path.Path}, must be in: [http http2]");
            }
        }
    }

    private static void CheckGateway(List<string> problems, ServiceBody service, ProxyBody proxy)
    {
        string kind = service.Kind;
        if (service.Port == 0 && kind is not ("ingress-gateway" or "api-gateway"))
        {
            problems.Add($"Port must be non-zero for a {kind}");
        }

        if (service.Sidecar is not null)
        {
            problems.Add($"A {kind} cannot have a sidecar service defined");
        }

        foreach ((string name, bool isSet) in (ReadOnlySpan<(string, bool)>)
            [
                ("DestinationServiceName", proxy.DestinationName.Length > 0), ("DestinationServiceID", proxy.DestinationId.Length > 0),
                ("LocalServiceAddress", proxy.LocalAddress.Length > 0), ("LocalServicePort", proxy.LocalPort != 0),
                ("LocalServiceSocketPath", proxy.LocalSocketPath.Length > 0), ("Upstreams", proxy.Upstreams.Count > 0),
            ])
        {
            if (isSet)
            {
                problems.Add($"The Proxy.{name} configuration is invalid for a {kind}");
            }
        }
    }

    private static void CheckSidecar(List<string> problems, ServiceBody service)
    {
        if (service.Sidecar is { Id.Length: > 0 })
        {
            problems.Add("A SidecarService cannot specify an ID as this is managed by the agent");
        }

        if (service.Sidecar is { Sidecar: not null })
        {
            problems.Add("A SidecarService cannot have a nested SidecarService");
        }
    }

    private static void CheckModes(List<string> problems, ProxyBody proxy)
    {
        if (proxy.Mode is not ("" or "direct" or "transparent"))
        {
            problems.Add($"Invalid Proxy Mode: \"{proxy.Mode}\"");
        }

        foreach (string mode in proxy.Upstreams.Select(upstream => upstream.MeshGatewayMode).Prepend(proxy.MeshGatewayMode))
        {
            if (mode is not ("" or "none" or "local" or "remote"))
            {
                problems.Add($"Invalid Mesh Gateway Mode: \"{mode}\"");
            }
        }
    }

    /// <summary>Several problems as Go's multierror package lists them.</summary>
    private static string Format(List<string> problems)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{problems.Count} error{(problems.Count == 1 ? "" : "s")} occurred:");
        foreach (string problem in problems)
        {
            text.Append("\n\t* ").Append(problem);
        }

        return text.Append("\n\n").ToString();
    }
}
