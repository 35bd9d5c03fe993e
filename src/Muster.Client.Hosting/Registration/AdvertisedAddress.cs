using System.Net;

namespace Muster.Client.Hosting.Registration;

/// <summary>Finds the address at which others reach this host.</summary>
internal static class AdvertisedAddress
{
    private static readonly TimeSpan DnsTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The address that is configured; else the one that is bound; else, if all are, the one that leads to the registry.</summary>
    public static async ValueTask<string> FindAsync(
        string? configured, BoundAddress? bound, Uri registry, IHostNetwork network, TimeProvider time, CancellationToken cancellation)
    {
        if (configured is not null)
        {
            return configured;
        }

        if (bound is { IsWildcard: false })
        {
            return bound.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback.ToString() : bound.Host;
        }

        using var limit = new CancellationTokenSource(DnsTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        IPAddress? route = await network.RouteToAsync(registry.IdnHost, either.Token).ConfigureAwait(false);
        if (route is not null && !IPAddress.IsLoopback(route) && !route.Equals(IPAddress.Any))
        {
            return Text(route);
        }

        // the registry is on this machine, or not found: other machines still need an address that leads here
        return Text(network.Addresses().FirstOrDefault(IPAddress.Loopback));
    }

    private static string Text(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
