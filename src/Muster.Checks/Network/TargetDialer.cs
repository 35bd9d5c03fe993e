using System.Net;
using System.Net.Sockets;

namespace Muster.Checks.Network;

/// <summary>Opens TCP connections to probe targets.</summary>
internal sealed class TargetDialer(TargetResolver resolver, TimeProvider time)
{
    public async ValueTask<DialResult> DialAsync(
        string host, int port, TargetPolicy policy, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ResolvedTarget target = await resolver.ResolveAsync("tcp", host, port, policy, cancellationToken);
        DialResult result = DialResult.Failed(target.Error ?? "");
        for (int i = 0; i < target.EndPoints.Count; i++)
        {
            // one address that swallows packets must leave time for the others; the last may use all that is left
            bool isLast = i == target.EndPoints.Count - 1;
            result = isLast
                ? await DialOneAsync(target.EndPoints[i], cancellationToken)
                : await DialOneAsync(target.EndPoints[i], timeout / target.EndPoints.Count, cancellationToken);
            if (result.Socket is not null || cancellationToken.IsCancellationRequested)
            {
                break;
            }
        }

        return result;
    }

    private async ValueTask<DialResult> DialOneAsync(IPEndPoint target, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource share = new(timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellationToken);
        return await DialOneAsync(target, either.Token);
    }

    private static async ValueTask<DialResult> DialOneAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(target, cancellationToken);
            if (target.Equals(socket.LocalEndPoint))
            {
                // a free port of this machine can be picked as our own source port, and TCP then connects to itself
                socket.Dispose();
                return Failure(target, SocketErrorText.OfConnect(SocketError.ConnectionRefused));
            }

            return new DialResult(socket, null);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            return Failure(target, SocketErrorText.OfConnect(e.SocketErrorCode));
        }
        catch (OperationCanceledException)
        {
            socket?.Dispose();
            return Failure(target, "i/o timeout");
        }
    }

    private static DialResult Failure(IPEndPoint target, string reason) => DialResult.Failed($"dial tcp {target}: {reason}");
}
