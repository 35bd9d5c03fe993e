using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Muster.Client.Hosting.Registration;

/// <summary>The real machine.</summary>
internal sealed class HostNetwork : IHostNetwork
{
    /// <summary>Any port will do: no packet is sent.</summary>
    private const int AnyPort = 9;

    public string MachineName => Environment.MachineName;

    public async ValueTask<IPAddress?> RouteToAsync(string host, CancellationToken cancellation)
    {
        try
        {
            foreach (IPAddress address in await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false))
            {
                // connecting a datagram socket only asks the routing table
                using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                socket.Connect(address, AnyPort);
                return (socket.LocalEndPoint as IPEndPoint)?.Address;
            }
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ArgumentException)
        {
            // no name, no route: the caller has other ways
        }

        return null;
    }

    public IEnumerable<IPAddress> Addresses() =>
        from network in NetworkInterface.GetAllNetworkInterfaces()
        where network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback
        let properties = network.GetIPProperties()
        let leadsOutside = properties.GatewayAddresses.Count > 0
        from unicast in properties.UnicastAddresses
        let address = unicast.Address
        where !IPAddress.IsLoopback(address) && !IsLinkLocal(address)
        orderby leadsOutside descending, address.AddressFamily == AddressFamily.InterNetwork descending
        select address;

    private static bool IsLinkLocal(IPAddress address) =>
        address.IsIPv6LinkLocal || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..]);
}
