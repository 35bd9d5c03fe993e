using System.Net;
using System.Net.Sockets;

namespace Muster.Cluster.Sockets;

/// <summary>Makes links to other servers: to every address that a target stands for.</summary>
internal sealed class PeerDialer(PeerSocketOptions options, PeerProof proof, PeerLinks links, ClusterLoop loop, TimeProvider time, CancellationToken stopping)
{
    private const string NoTarget = "it is neither a name nor an address";

    /// <summary>The most addresses that are dialed for one name: more servers than this make no cluster.</summary>
    private const int MaxAddresses = 128;

    /// <summary>Makes links; the handler hears of them, or why there is none.</summary>
    public async Task DialAsync(string target)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        (_, string? problem) = await TryAsync(target).ConfigureAwait(false);
        if (problem is not null)
        {
            loop.Post(new ClusterNotice(handler => handler.OnDialFailed(target, problem)));
        }
    }

    /// <summary>Makes links, and waits. Null when one was made or the target is this server, else why not.</summary>
    public async Task<string?> JoinAsync(string target)
    {
        (bool isSelf, string? problem) = await TryAsync(target).ConfigureAwait(false);
        return isSelf ? null : problem;
    }

    private async Task<(bool IsSelf, string? Problem)> TryAsync(string target)
    {
        if (!PeerTarget.TryParse(target, options.DefaultPort, out PeerTarget parsed))
        {
            return (false, NoTarget);
        }

        try
        {
            HandshakeFailure[] outcomes = await DialAllAsync(parsed).ConfigureAwait(false);
            return (outcomes.Contains(HandshakeFailure.Self), ProblemOf(outcomes));
        }
        catch (Exception error) when (HandshakeFailures.IsTrouble(error))
        {
            return (false, error is OperationCanceledException ? "its name was not resolved in time" : error.Message);
        }
    }

    private async Task<HandshakeFailure[]> DialAllAsync(PeerTarget target)
    {
        using var patience = new CancellationTokenSource(options.HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
        IPAddress[] addresses = await options.Resolve(target.Host, either.Token).WaitAsync(either.Token).ConfigureAwait(false); // the system's resolver cannot be stopped
        return await Task.WhenAll(addresses.Distinct().Take(MaxAddresses).Select(address => DialOneAsync(new IPEndPoint(address, target.Port), target.Host))).ConfigureAwait(false);
    }

    /// <summary>Makes one link and has it served; the outcome is known before the link ends.</summary>
    private async Task<HandshakeFailure> DialOneAsync(IPEndPoint end, string host)
    {
        var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            using ITimer timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), patience, options.HandshakeTimeout, Timeout.InfiniteTimeSpan);
            await socket.ConnectAsync(end, patience.Token).ConfigureAwait(false);
            (Stream stream, HandshakeResult result) = await proof.DialAsync(socket, host, patience.Token).ConfigureAwait(false);
            if (result.Hello is { } hello)
            {
                links.Keep(links.ServeAsync(stream, hello, dialed: true));
                return HandshakeFailure.None;
            }

            await stream.DisposeAsync().ConfigureAwait(false);
            return result.Failure;
        }
        catch (Exception error) when (HandshakeFailures.IsTrouble(error))
        {
            socket.Dispose();
            return HandshakeFailures.Of(error, patience);
        }
    }

    /// <summary>Null when a link was made; of several reasons why none was, the one that an operator can act on.</summary>
    private static string? ProblemOf(HandshakeFailure[] outcomes)
    {
        if (outcomes.Length == 0)
        {
            return "its name stands for no address";
        }

        HandshakeFailure telling = outcomes.FirstOrDefault(
            static each => each is not (HandshakeFailure.Self or HandshakeFailure.Closed or HandshakeFailure.TimedOut or HandshakeFailure.Unreachable), outcomes[0]);
        return outcomes.Contains(HandshakeFailure.None) ? null : telling.Explain("");
    }
}
