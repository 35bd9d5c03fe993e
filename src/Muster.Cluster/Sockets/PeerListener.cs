using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Muster.Cluster.Sockets;

/// <summary>The port that other servers call: lets in whoever proves itself in time, and says who could not.</summary>
internal sealed partial class PeerListener : IDisposable
{
    private readonly Socket _socket;
    private readonly PeerSocketOptions _options;
    private readonly PeerProof _proof;
    private readonly PeerLinks _links;
    private readonly PeerCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationToken _stopping;
    private readonly LogQuota _refusals;
    private readonly LogQuota _failures;
    private readonly UnprovenCallers _unproven;

    /// <summary>Takes the port, so that it is known; nobody is let in before <see cref="AcceptAsync"/>.</summary>
    /// <exception cref="SocketException">The port cannot be had.</exception>
    public PeerListener(
        PeerSocketOptions options, PeerProof proof, PeerLinks links, PeerCounters counters, TimeProvider time, ILogger logger, CancellationToken stopping)
    {
        _options = options;
        _proof = proof;
        _links = links;
        _counters = counters;
        _time = time;
        _logger = logger;
        _stopping = stopping;
        _refusals = new LogQuota(time);
        _failures = new LogQuota(time);
        _unproven = new UnprovenCallers(options.MaxUnproven);
        _socket = new Socket(options.ListenOn.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (options.ListenOn.Address.Equals(IPAddress.IPv6Any))
            {
                _socket.DualMode = true;
            }

            _socket.Bind(options.ListenOn);
            _socket.Listen(128);
            EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Where it listens, with the real port.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Lets callers in until it is told to stop.</summary>
    public async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _socket.AcceptAsync(_stopping).ConfigureAwait(false);
                _links.Keep(ReceiveAsync(socket));
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException error)
            {
                // out of files, or a caller that is gone already; the first must not become a busy loop
                if (_failures.TryTake(out string more))
                {
                    LogAcceptFailed(_logger, error.Message, more);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task ReceiveAsync(Socket socket)
    {
        // whatever came over the wire is worth no exception in the log
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        IPAddress caller = PeerSockets.CallerOf(socket);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
        patience.CancelAfter(_options.HandshakeTimeout);
        _unproven.Enter(caller, patience);
        Stream? stream = null;
        var result = new HandshakeResult(HandshakeFailure.Closed);
        string detail = "";
        try
        {
            (stream, result) = await _proof.AcceptAsync(socket, caller.ToString(), patience.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (HandshakeFailures.IsTrouble(error))
        {
            (result, detail) = (new HandshakeResult(HandshakeFailures.Of(error, patience)), error.Message);
        }

        bool hasToGo = !_unproven.Leave(patience);
        if (result.Hello is { } hello && !hasToGo)
        {
            await _links.ServeAsync(stream!, hello, dialed: false).ConfigureAwait(false);
            return;
        }

        if (stream is not null)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        socket.Dispose();
        Refuse(caller, hasToGo && !_stopping.IsCancellationRequested ? HandshakeFailure.Crowded : result.Failure, detail);
    }

    private void Refuse(IPAddress caller, HandshakeFailure failure, string detail)
    {
        _counters.Refuse(failure);
        if (failure is not (HandshakeFailure.Self or HandshakeFailure.Closed) && _refusals.TryTake(out string more))
        {
            LogRefused(_logger, caller.ToString(), failure.Explain(detail), more);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A peer's connection was not taken: {Reason}{More}")]
    private static partial void LogAcceptFailed(ILogger logger, string reason, string more);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a connection of {Caller} to the peer port: {Reason}{More}")]
    private static partial void LogRefused(ILogger logger, string caller, string reason, string more);
}
