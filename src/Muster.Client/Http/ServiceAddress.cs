using System.Diagnostics.CodeAnalysis;

namespace Muster.Client.Http;

/// <summary>
/// An address by which code names a service, such as <c>https+http://_admin.payments/base</c>, read as <see cref="DiscoveryHandler"/>
/// reads it. For adapters: what balances by itself takes the instances of a view and asks here where each is reached.
/// </summary>
public sealed class ServiceAddress
{
    private readonly RequestTarget _target;

    private ServiceAddress(Uri address, RequestTarget target)
    {
        Address = address;
        _target = target;
    }

    /// <summary>The address as it was given.</summary>
    public Uri Address { get; }

    /// <summary>The service's name.</summary>
    public string Service => _target.Service;

    /// <summary>The named port that is asked for; null for the main one.</summary>
    public string? PortName => _target.Endpoint;

    /// <summary>Reads an address; false when it is not about a service of this client.</summary>
    public static bool TryParse(Uri address, MusterClient client, [NotNullWhen(true)] out ServiceAddress? result)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(client);
        RequestTarget? target = RequestTarget.Parse(address, client.Options.IsServiceName ?? RequestTarget.IsSingleLabel);
        result = target is not null && MusterClient.IsName(target.Service) ? new ServiceAddress(address, target) : null;
        return result is not null;
    }

    /// <summary>Where an instance is reached; null when it does not have what is asked for.</summary>
    public ServiceEndpoint? EndpointOf(ServiceInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        if (InstanceEndpoint.Of(instance, _target) is not { } endpoint)
        {
            return null;
        }

        string path = Address.GetComponents(UriComponents.PathAndQuery, UriFormat.UriEscaped);
        return new ServiceEndpoint(new Uri(endpoint.Prefix + path), endpoint.Host);
    }
}
