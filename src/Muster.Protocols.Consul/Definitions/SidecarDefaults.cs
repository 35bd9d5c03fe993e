using Muster.Model;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>What a sidecar that is registered inside a service takes over from it.</summary>
internal static class SidecarDefaults
{
    private const string LoopbackAddress = "127.0.0.1";

    /// <summary>Fills in what the sidecar does not say itself. Its id is never its own to say.</summary>
    public static void Fill(ServiceBody sidecar, ServiceBody service, string serviceId)
    {
        sidecar.IsSidecar = true;
        sidecar.Id = serviceId + ProxyDefinition.SidecarSuffix;
        sidecar.Kind = Given(sidecar.Kind, ProxyDefinition.Kind);
        sidecar.Name = Given(sidecar.Name, service.Name + ProxyDefinition.SidecarSuffix);
        sidecar.Address = Given(sidecar.Address, service.Address);
        sidecar.Tags = sidecar.Tags.Count == 0 ? service.Tags : sidecar.Tags;
        sidecar.Metadata = sidecar.Metadata.Count == 0 ? service.Metadata : sidecar.Metadata;
        ProxyBody proxy = sidecar.Proxy ??= new ProxyBody();
        proxy.DestinationName = Given(proxy.DestinationName, service.Name);
        proxy.DestinationId = Given(proxy.DestinationId, serviceId);
        if (proxy.LocalSocketPath.Length > 0)
        {
            return;
        }

        bool hasLocalAddress = proxy.LocalAddress.Length > 0 && proxy.LocalPort > 0;
        if (service.SocketPath.Length > 0 && !hasLocalAddress)
        {
            proxy.LocalSocketPath = service.SocketPath;
            return;
        }

        proxy.LocalAddress = Given(proxy.LocalAddress, LoopbackAddress);
        proxy.LocalPort = proxy.LocalPort > 0 ? proxy.LocalPort : service.Port;
    }

    private static string Given(string value, string otherwise) => value.Length > 0 ? value : otherwise;
}
