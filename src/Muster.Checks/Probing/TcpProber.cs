using System.Security.Authentication;
using Muster.Checks.Network;
using Muster.Model;

namespace Muster.Checks.Probing;

/// <summary>TCP checks: a target is healthy when it accepts a connection and, if asked, agrees on TLS. Nothing is sent beyond that.</summary>
internal sealed class TcpProber(TargetDialer dialer)
{
    public async ValueTask<ProbeResult> ProbeAsync(
        ProbeTarget probe, TargetPolicy policy, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!HostAndPort.TryParse(probe.Address, out HostAndPort target))
        {
            return ProbeResult.Critical($"dial tcp: address {probe.Address}: not host:port");
        }

        DialResult dialed = await dialer.DialAsync(target.Host, target.Port, policy, timeout, cancellationToken);
        if (dialed.Socket is null)
        {
            return ProbeResult.Critical(dialed.Error!);
        }

        try
        {
            await using ProbeStream stream = await ProbeStream.OpenAsync(dialed.Socket, probe.Tls, target.Host, [], cancellationToken);
            return ProbeResult.Passing($"{(probe.Tls is null ? "TCP" : "TCP+TLS")} connect {probe.Address}: Success");
        }
        catch (OperationCanceledException)
        {
            return ProbeResult.Critical("tls: handshake timeout");
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return ProbeResult.Critical(SocketErrorText.OfStream(e));
        }
    }
}
