using System.Net;
using Muster.Server.Configuration;

namespace Muster.Server.Admission;

/// <summary>What one client, and all clients together, may use. Immutable; a reload puts another in place.</summary>
internal sealed record AdmissionLimits
{
    /// <summary>Open connections of all clients together.</summary>
    public required int Connections { get; init; }

    /// <summary>Open connections of one client.</summary>
    public required int ConnectionsPerClient { get; init; }

    /// <summary>Blocked queries and watches of one client.</summary>
    public required int WaitsPerClient { get; init; }

    /// <summary>Requests a second of one client over time; 0 for no bound.</summary>
    public required int RequestsPerSecond { get; init; }

    /// <summary>Requests of one client at once, after it was quiet.</summary>
    public required int RequestBurst { get; init; }

    /// <summary>Clients that the limits for one client do not concern.</summary>
    public required IReadOnlyList<IPNetwork> Exempt { get; init; }

    /// <summary>From the configuration, with what follows from the system filled in.</summary>
    public static AdmissionLimits From(LimitSettings settings) => new()
    {
        Connections = settings.HttpConnections > 0 ? settings.HttpConnections : OpenFiles.RoomForConnections(),
        ConnectionsPerClient = settings.HttpConnectionsPerClient,
        WaitsPerClient = settings.WatchersPerClient,
        RequestsPerSecond = settings.HttpRequestRatePerClient,
        RequestBurst = settings.HttpRequestBurstPerClient > 0 ? settings.HttpRequestBurstPerClient : 2 * settings.HttpRequestRatePerClient,
        Exempt = settings.ExemptClients,
    };

    /// <summary>True for a client that only the limits of all together concern.</summary>
    public bool IsExempt(IPAddress address)
    {
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (IPNetwork network in Exempt)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
