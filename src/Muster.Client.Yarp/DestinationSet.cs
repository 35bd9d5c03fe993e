using System.Collections.Frozen;
using Muster.Client.Http;
using Yarp.ReverseProxy.Configuration;

namespace Muster.Client.Yarp;

/// <summary>The configured destinations of a cluster, those that name services read. Immutable.</summary>
internal sealed class DestinationSet
{
    private readonly List<(string Name, DestinationConfig Config, ServiceAddress? Service, ServiceAddress? Health)> _configured = [];

    public DestinationSet(IReadOnlyDictionary<string, DestinationConfig> configured, MusterClient client)
    {
        foreach ((string name, DestinationConfig config) in configured)
        {
            _configured.Add((name, config, Read(config.Address, client), Read(config.Health, client)));
        }

        Services = [.. _configured.Select(one => one.Service?.Service).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Select(client.Service)];
    }

    /// <summary>The services that are named.</summary>
    public IReadOnlyList<ServiceHandle> Services { get; }

    /// <summary>
    /// The destinations by what is known now. An instance keeps its name for as long as it keeps node and id, and with it what
    /// the proxy knows of its health.
    /// </summary>
    public FrozenDictionary<string, DestinationConfig> Resolve(IReadOnlyDictionary<string, ServiceView> views)
    {
        var resolved = new Dictionary<string, DestinationConfig>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, DestinationConfig config, ServiceAddress? service, ServiceAddress? health) in _configured)
        {
            if (service is null)
            {
                resolved[name] = config;
                continue;
            }

            foreach (ServiceInstance instance in views[service.Service].Usable())
            {
                if (service.EndpointOf(instance) is { } endpoint)
                {
                    resolved[$"{name}[{instance.Node}/{instance.Id}]"] = Describe(config, health, instance, endpoint);
                }
            }
        }

        return resolved.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private static DestinationConfig Describe(DestinationConfig config, ServiceAddress? health, ServiceInstance instance, ServiceEndpoint endpoint) => config with
    {
        Address = endpoint.Address.AbsoluteUri,
        Host = config.Host ?? endpoint.Host,
        Health = health is null ? config.Health : health.EndpointOf(instance)?.Address.AbsoluteUri,
        Metadata = WithZone(config.Metadata, instance.Zone),
    };

    /// <summary>For policies of the application's own that prefer a zone.</summary>
    private static IReadOnlyDictionary<string, string>? WithZone(IReadOnlyDictionary<string, string>? metadata, string zone)
    {
        if (zone.Length == 0)
        {
            return metadata;
        }

        return new Dictionary<string, string>(metadata ?? FrozenDictionary<string, string>.Empty, StringComparer.OrdinalIgnoreCase) { ["zone"] = zone };
    }

    private static ServiceAddress? Read(string? address, MusterClient client) =>
        Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && ServiceAddress.TryParse(uri, client, out ServiceAddress? service) ? service : null;
}
