using System.Net.Security;
using System.Security.Authentication;
using Muster.Checks.Network;
using Muster.Model;
using Muster.Wire.Http2;

namespace Muster.Checks.Probing;

/// <summary>
/// HTTP/2 ping checks: a target is healthy when it takes up HTTP/2 and answers a PING frame (RFC 9113, section 6.7).
/// </summary>
internal sealed class H2PingProber(TargetDialer dialer)
{
    /// <summary>A server has a few frames to say before it answers a ping; one that says more than this does not mean to.</summary>
    private const int MaxFrames = 100;

    private const int PingLength = 8;

    private static readonly SslApplicationProtocol[] Protocols = [SslApplicationProtocol.Http2];

    private static ReadOnlySpan<byte> PingPayload => "musterH2"u8;

    public async ValueTask<ProbeResult> ProbeAsync(
        ProbeTarget probe, TargetPolicy policy, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!HostAndPort.TryParse(probe.Address, out HostAndPort target))
        {
            return ProbeResult.Critical($"Failed to dial to {probe.Address}: not host:port");
        }

        DialResult dialed = await dialer.DialAsync(target.Host, target.Port, policy, timeout, cancellationToken);
        if (dialed.Socket is null)
        {
            return ProbeResult.Critical($"Failed to dial to {probe.Address}: {dialed.Error}");
        }

        bool isOpen = false;
        try
        {
            await using ProbeStream stream = await ProbeStream.OpenAsync(dialed.Socket, probe.Tls, target.Host, Protocols, cancellationToken);
            isOpen = true;
            string? problem = await PingAsync(stream.Stream, cancellationToken);
            return problem is null ? ProbeResult.Passing("HTTP2 ping was successful") : ProbeResult.Critical($"HTTP2 ping failed: {problem}");
        }
        catch (OperationCanceledException)
        {
            return Failure("context deadline exceeded");
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return Failure(SocketErrorText.OfStream(e));
        }

        ProbeResult Failure(string reason) =>
            ProbeResult.Critical(isOpen ? $"HTTP2 ping failed: {reason}" : $"Failed to dial to {probe.Address}: {reason}");
    }

    /// <summary>Opens HTTP/2, pings, and waits for the answer. Returns what went wrong, null for nothing.</summary>
    private static async ValueTask<string?> PingAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Opening(), cancellationToken);
        byte[] header = new byte[Http2FrameHeader.Length];
        byte[] payload = new byte[Http2FrameHeader.DefaultMaxPayload];
        for (int i = 0; i < MaxFrames; i++)
        {
            await stream.ReadExactlyAsync(header, cancellationToken);
            Http2FrameHeader frame = Http2FrameHeader.Read(header);
            if ((i == 0 && frame.Type != Http2FrameType.Settings) || frame.PayloadLength > payload.Length)
            {
                return "malformed HTTP/2 frame";
            }

            await stream.ReadExactlyAsync(payload.AsMemory(0, frame.PayloadLength), cancellationToken);
            bool isAck = (frame.Flags & Http2FrameHeader.AckFlag) != 0;
            switch (frame.Type)
            {
                case Http2FrameType.Settings when !isAck:
                    await stream.WriteAsync(Frame(Http2FrameType.Settings, Http2FrameHeader.AckFlag, 0), cancellationToken);
                    break;
                case Http2FrameType.Ping when isAck && payload.AsSpan(0, frame.PayloadLength).SequenceEqual(PingPayload):
                    // no error, and no stream was opened: the server need not wonder why we hang up
                    await stream.WriteAsync(Frame(Http2FrameType.GoAway, 0, 8), cancellationToken);
                    return null;
                case Http2FrameType.GoAway:
                    return "the server closed the connection (GOAWAY)";
            }
        }

        return $"no answer within {MaxFrames} frames";
    }

    private static byte[] Opening()
    {
        ReadOnlySpan<byte> preface = Http2FrameHeader.Preface;
        byte[] opening = new byte[preface.Length + (2 * Http2FrameHeader.Length) + PingLength];
        preface.CopyTo(opening);
        new Http2FrameHeader(0, Http2FrameType.Settings, 0, 0).Write(opening.AsSpan(preface.Length));
        new Http2FrameHeader(PingLength, Http2FrameType.Ping, 0, 0).Write(opening.AsSpan(preface.Length + Http2FrameHeader.Length));
        PingPayload.CopyTo(opening.AsSpan(opening.Length - PingLength));
        return opening;
    }

    private static byte[] Frame(Http2FrameType type, byte flags, int payloadLength)
    {
        byte[] frame = new byte[Http2FrameHeader.Length + payloadLength];
        new Http2FrameHeader(payloadLength, type, flags, 0).Write(frame);
        return frame;
    }
}
