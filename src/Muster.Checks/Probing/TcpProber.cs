using System.Net;
using System.Net.Sockets;
using Muster.Checks.Network;
using Muster.Model;

namespace Muster.Checks.Probing;

/// <summary>TCP checks: a target is healthy when it accepts a connection. Nothing is sent.</summary>
internal sealed class TcpProber(TargetDialer dialer)
{
    public async ValueTask<ProbeResult> ProbeAsync(
        TcpProbe probe, TargetPolicy policy, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!TryParseTarget(probe.Target, out string host, out int port))
        {
            return ProbeResult.Critical($"dial tcp: address {probe.Target}: not host:port");
        }

        DialResult dialed = await dialer.DialAsync(host, port, policy, timeout, cancellationToken);
        using Socket? socket = dialed.Socket;
        return socket is null
            ? ProbeResult.Critical(dialed.Error!)
            : new ProbeResult(HealthStatus.Passing, $"TCP connect {probe.Target}: Success");
    }

    /// <summary>Splits <c>host:port</c>; an IPv6 host stands in brackets.</summary>
    internal static bool TryParseTarget(string target, out string host, out int port)
    {
        host = "";
        port = 0;
        int colon = target.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(target.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out port)
            || port is 0 or > IPEndPoint.MaxPort)
        {
            return false;
        }

        host = target[..colon];
        if (host is ['[', .. var inner, ']'])
        {
            host = inner;
            return IPAddress.TryParse(host, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6;
        }

        return !host.Contains(':');
    }
}
