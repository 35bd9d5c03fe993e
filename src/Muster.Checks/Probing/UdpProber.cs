using System.Net;
using System.Net.Sockets;
using Muster.Checks.Network;
using Muster.Model;

namespace Muster.Checks.Probing;

/// <summary>
/// UDP checks: an empty datagram is sent, and the target is healthy unless its machine refuses it. Most protocols ignore
/// an empty datagram, so silence until the timeout is good news.
/// </summary>
internal sealed class UdpProber(TargetResolver resolver)
{
    public async ValueTask<ProbeResult> ProbeAsync(ProbeTarget probe, TargetPolicy policy, CancellationToken cancellationToken)
    {
        if (!HostAndPort.TryParse(probe.Address, out HostAndPort target))
        {
            return ProbeResult.Critical($"dial udp: address {probe.Address}: not host:port");
        }

        ResolvedTarget resolved = await resolver.ResolveAsync("udp", target.Host, target.Port, policy, cancellationToken);
        if (resolved.Error is not null)
        {
            return ProbeResult.Critical(resolved.Error);
        }

        IPEndPoint endPoint = resolved.EndPoints[0];
        try
        {
            using Socket socket = new(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);

            // a connected socket hears of refusals, and of no datagrams but the target's
            await socket.ConnectAsync(endPoint, cancellationToken);
            await socket.SendAsync(ReadOnlyMemory<byte>.Empty, SocketFlags.None, cancellationToken);
            await socket.ReceiveAsync(new byte[1], SocketFlags.None, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // nobody refused
        }
        catch (SocketException e) when (e.SocketErrorCode != SocketError.MessageSize)
        {
            return ProbeResult.Critical($"read udp {endPoint}: {SocketErrorText.OfRead(e.SocketErrorCode)}");
        }

        return ProbeResult.Passing($"UDP connect {probe.Address}: Success");
    }
}
