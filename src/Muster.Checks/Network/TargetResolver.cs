using System.Net;
using System.Net.Sockets;

namespace Muster.Checks.Network;

/// <summary>
/// Turns a probe's host into the addresses it may connect to. A name is resolved once and the policy judges the very
/// addresses that are then connected to, so an answer that changes between two lookups (DNS rebinding) gains nothing.
/// </summary>
internal sealed class TargetResolver(INameResolver names)
{
    /// <summary>A name with more addresses than this has its first ones tried.</summary>
    private const int MaxAddresses = 8;

    /// <summary>
    /// Resolves and judges. The error says what failed, beginning like Go's library, which operators know; it names the
    /// network, <c>tcp</c> or <c>udp</c>.
    /// </summary>
    public async ValueTask<ResolvedTarget> ResolveAsync(
        string network, string host, int port, TargetPolicy policy, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return Judge(network, host, [literal], port, policy);
        }

        try
        {
            return Judge(network, host, await names.ResolveAsync(host, cancellationToken), port, policy);
        }
        catch (SocketException e)
        {
            return ResolvedTarget.Failed($"dial {network}: lookup {host}: {SocketErrorText.OfLookup(e.SocketErrorCode)}");
        }
        catch (ArgumentException)
        {
            return ResolvedTarget.Failed($"dial {network}: lookup {host}: not a host name");
        }
        catch (OperationCanceledException)
        {
            return ResolvedTarget.Failed($"dial {network}: lookup {host}: i/o timeout");
        }
    }

    /// <summary>Keeps the allowed addresses; a refusal is an error only when nothing is left.</summary>
    private static ResolvedTarget Judge(string network, string host, IPAddress[] addresses, int port, TargetPolicy policy)
    {
        string? refusal = null;
        List<IPEndPoint> allowed = [];
        foreach (IPAddress address in addresses)
        {
            if (policy.RuleAgainst(address) is { } rule)
            {
                refusal ??= $"dial {network} {new IPEndPoint(address, port)}: target not allowed: {rule}";
            }
            else if (allowed.Count < MaxAddresses)
            {
                allowed.Add(new IPEndPoint(address, port));
            }
        }

        return allowed.Count > 0
            ? new ResolvedTarget(allowed, null)
            : ResolvedTarget.Failed(refusal ?? $"dial {network}: lookup {host}: no addresses");
    }
}
