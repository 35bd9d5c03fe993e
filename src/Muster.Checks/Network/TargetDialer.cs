using System.Net;
using System.Net.Sockets;

namespace Muster.Checks.Network;

/// <summary>
/// Opens connections to probe targets. A name is resolved once and the policy judges the very addresses that are then
/// connected to, so an answer that changes between two lookups (DNS rebinding) gains nothing.
/// </summary>
internal sealed class TargetDialer(INameResolver resolver, TimeProvider time)
{
    /// <summary>A name with more addresses than this has its first ones tried.</summary>
    private const int MaxAddresses = 8;

    public async ValueTask<DialResult> DialAsync(
        string host, int port, TargetPolicy policy, TimeSpan timeout, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            addresses = [literal];
        }
        else
        {
            try
            {
                addresses = await resolver.ResolveAsync(host, cancellationToken);
            }
            catch (SocketException e)
            {
                return DialResult.Failed($"dial tcp: lookup {host}: {SocketErrorText.OfLookup(e.SocketErrorCode)}");
            }
            catch (ArgumentException)
            {
                return DialResult.Failed($"dial tcp: lookup {host}: not a host name");
            }
            catch (OperationCanceledException)
            {
                return DialResult.Failed($"dial tcp: lookup {host}: i/o timeout");
            }
        }

        return await DialFirstAsync(host, addresses, port, policy, timeout, cancellationToken);
    }

    /// <summary>Tries the allowed addresses in order. Reports the last failure; a refusal only when nothing was allowed.</summary>
    private async ValueTask<DialResult> DialFirstAsync(
        string host, IPAddress[] addresses, int port, TargetPolicy policy, TimeSpan timeout, CancellationToken cancellationToken)
    {
        string? refusal = null;
        List<IPAddress> allowed = [];
        foreach (IPAddress address in addresses)
        {
            if (policy.RuleAgainst(address) is { } rule)
            {
                refusal ??= $"dial tcp {new IPEndPoint(address, port)}: target not allowed: {rule}";
            }
            else if (allowed.Count < MaxAddresses)
            {
                allowed.Add(address);
            }
        }

        DialResult result = DialResult.Failed(refusal ?? $"dial tcp: lookup {host}: no addresses");
        foreach (IPAddress address in allowed)
        {
            // one address that swallows packets must leave time for the others
            result = await DialOneAsync(new IPEndPoint(address, port), timeout / allowed.Count, cancellationToken);
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
        Socket? socket = null;
        try
        {
            socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(target, either.Token);
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
