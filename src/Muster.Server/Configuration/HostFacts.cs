using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Muster.Server.Configuration;

/// <summary>What some defaults depend on.</summary>
/// <param name="Name">The host's name.</param>
/// <param name="PrivateAddress">An address under which other hosts reach this one.</param>
internal sealed record HostFacts(string Name, Func<IPAddress> PrivateAddress)
{
    /// <summary>Reads an environment variable; there is none unless said otherwise.</summary>
    public Func<string, string?> Variable { get; init; } = static _ => null;

    /// <summary>The machine this process runs on.</summary>
    public static HostFacts OfThisMachine() => new(Dns.GetHostName(), FindAddress) { Variable = Environment.GetEnvironmentVariable };

    private static IPAddress FindAddress()
    {
        foreach (NetworkInterface network in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (network.OperationalStatus != OperationalStatus.Up || network.NetworkInterfaceType == NetworkInterfaceType.Loopback)
            {
                continue;
            }

            foreach (UnicastIPAddressInformation address in network.GetIPProperties().UnicastAddresses)
            {
                if (address.Address.AddressFamily == AddressFamily.InterNetwork)
                {
                    return address.Address;
                }
            }
        }

        return IPAddress.Loopback;
    }
}
