using System.Net;

namespace Muster.Client.Hosting.Registration;

/// <summary>What the machine knows of its own addresses.</summary>
internal interface IHostNetwork
{
    /// <summary>The name of the machine.</summary>
    string MachineName { get; }

    /// <summary>The address from which packets to a host go out; null when there is no way to it. May ask DNS.</summary>
    ValueTask<IPAddress?> RouteToAsync(string host, CancellationToken cancellation);

    /// <summary>The machine's own addresses that are neither loopback nor link-local, those that lead outside first.</summary>
    IEnumerable<IPAddress> Addresses();
}
