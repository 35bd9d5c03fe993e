using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace Muster.Cluster.Sockets;

/// <summary>
/// Links among servers over TCP: listens, dials, has both sides prove themselves, and serves the links. What happens on
/// them reaches the handler through the <see cref="ClusterLoop"/>.
/// </summary>
public sealed partial class SocketTransport : IPeerTransport, IAsyncDisposable
{
    private const string NoTarget = "it is neither a name nor an address";

    /// <summary>The most addresses that are dialed for one name: more servers than this make no cluster.</summary>
    private const int MaxAddresses = 128;

    private readonly PeerSocketOptions _options;
    private readonly ClusterLoop _loop;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PeerSecret _secret;
    private readonly LogQuota _refusals;
    private readonly LogQuota _failures;
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener;
    private readonly Lock _gate = new();
    private readonly HashSet<PeerLink> _links = [];
    private readonly HashSet<Task> _tasks = [];
    private readonly UnprovenCallers _unproven;
    private volatile PeerTls? _tls;
    private PeerHandshake? _handshake;

    /// <summary>Takes the port, so that it is known; nobody is let in before <see cref="Start"/>.</summary>
    /// <exception cref="SocketException">The port cannot be had.</exception>
    public SocketTransport(PeerSocketOptions options, ClusterLoop loop, TimeProvider time, ILogger logger)
    {
        _options = options;
        _loop = loop;
        _time = time;
        _logger = logger;
        _tls = options.Tls;
        _secret = new PeerSecret(options.Secret);
        _unproven = new UnprovenCallers(options.MaxUnproven);
        _refusals = new LogQuota(time);
        _failures = new LogQuota(time);
        _listener = new Socket(options.ListenOn.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (options.ListenOn.Address.Equals(IPAddress.IPv6Any))
            {
                _listener.DualMode = true;
            }

            _listener.Bind(options.ListenOn);
            _listener.Listen(128);
            EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
    }

    /// <summary>Where it listens, with the real port.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>What passed since the start.</summary>
    public PeerCounters Counters { get; } = new();

    /// <summary>Lets peers in from now on, and can dial; before the node whose links these are dials.</summary>
    /// <param name="describe">What this server says about itself, asked anew for every connection.</param>
    public void Start(Func<PeerHello> describe)
    {
        _handshake = new PeerHandshake(_secret, describe);
        Keep(AcceptAsync());
    }

    /// <summary>Shows and asks for other certificates on the connections made from now on.</summary>
    public void UseTls(PeerTls tls) => _tls = tls;

    /// <inheritdoc />
    public void Dial(string target) => Keep(DialAsync(target));

    /// <summary>
    /// Makes links as <see cref="Dial"/> does, and waits. Null when one was made or the target is this server, else why not;
    /// the handler hears of the links only.
    /// </summary>
    public async Task<string?> JoinAsync(string target)
    {
        if (!PeerTarget.TryParse(target, _options.DefaultPort, out PeerTarget parsed))
        {
            return NoTarget;
        }

        HandshakeFailure[] outcomes;
        try
        {
            outcomes = await DialAllAsync(parsed).ConfigureAwait(false);
        }
        catch (Exception error) when (IsTrouble(error))
        {
            return ReasonOf(error);
        }

        return outcomes.Contains(HandshakeFailure.Self) ? null : ProblemOf(outcomes);
    }

    /// <summary>Lets nobody in any more, ends the links after what waits on them was written, and waits for all that.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        Task[] tasks;
        lock (_gate)
        {
            foreach (PeerLink link in _links)
            {
                link.Close("this server stops");
            }

            tasks = [.. _tasks];
        }

        await Task.WhenAll(tasks).ConfigureAwait(false);
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                Keep(ReceiveAsync(socket));
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

    private async Task ReceiveAsync(Socket socket)
    {
        // whatever came over the wire is worth no exception in the log
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        IPAddress caller = PeerSockets.CallerOf(socket);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(_options.HandshakeTimeout);
        _unproven.Enter(caller, patience);
        Stream? stream = null;
        var result = new HandshakeResult(HandshakeFailure.Closed);
        string detail = "";
        try
        {
            stream = new NetworkStream(PeerSockets.Prepare(socket), ownsSocket: true);
            if (_tls is { } tls)
            {
                stream = await tls.AcceptAsync(stream, caller.ToString(), patience.Token).ConfigureAwait(false);
            }

            result = await _handshake!.AcceptAsync(stream, patience.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (IsTrouble(error))
        {
            (result, detail) = (new HandshakeResult(FailureOf(error, patience)), error.Message);
        }

        bool hasToGo = !_unproven.Leave(patience);
        if (result.Hello is { } hello && !hasToGo)
        {
            await ServeAsync(stream!, hello, dialed: false).ConfigureAwait(false);
            return;
        }

        await End(stream, socket).ConfigureAwait(false);
        HandshakeFailure failure = hasToGo && !_stop.IsCancellationRequested ? HandshakeFailure.Crowded : result.Failure;
        Counters.Refuse(failure);
        if (failure is not (HandshakeFailure.Self or HandshakeFailure.Closed) && _refusals.TryTake(out string more))
        {
            LogRefused(_logger, caller.ToString(), failure.Explain(detail), more);
        }
    }

    private async Task DialAsync(string target)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        string? problem = NoTarget;
        if (PeerTarget.TryParse(target, _options.DefaultPort, out PeerTarget parsed))
        {
            try
            {
                problem = ProblemOf(await DialAllAsync(parsed).ConfigureAwait(false));
            }
            catch (Exception error) when (IsTrouble(error))
            {
                problem = ReasonOf(error);
            }
        }

        if (problem is not null)
        {
            _loop.Post(new ClusterNotice(handler => handler.OnDialFailed(target, problem)));
        }
    }

    /// <summary>Connects to every address that the target stands for at this moment.</summary>
    private async Task<HandshakeFailure[]> DialAllAsync(PeerTarget target)
    {
        using var patience = new CancellationTokenSource(_options.HandshakeTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
        IPAddress[] addresses = await _options.Resolve(target.Host, either.Token).WaitAsync(either.Token).ConfigureAwait(false); // the system's resolver cannot be stopped
        return await Task.WhenAll(addresses.Distinct().Take(MaxAddresses).Select(address => DialOneAsync(new IPEndPoint(address, target.Port), target.Host))).ConfigureAwait(false);
    }

    private static string ReasonOf(Exception error) => error is OperationCanceledException ? "its name was not resolved in time" : error.Message;

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

    /// <summary>Makes one link and has it served; the outcome is known before the link ends.</summary>
    private async Task<HandshakeFailure> DialOneAsync(IPEndPoint end, string host)
    {
        var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        Stream? stream = null;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            using ITimer timer = _time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), patience, _options.HandshakeTimeout, Timeout.InfiniteTimeSpan);
            await socket.ConnectAsync(end, patience.Token).ConfigureAwait(false);
            stream = new NetworkStream(PeerSockets.Prepare(socket), ownsSocket: true);
            if (_tls is { } tls)
            {
                stream = await tls.DialAsync(stream, host, patience.Token).ConfigureAwait(false);
            }

            HandshakeResult result = await _handshake!.DialAsync(stream, patience.Token).ConfigureAwait(false);
            if (result.Hello is { } hello)
            {
                Keep(ServeAsync(stream, hello, dialed: true));
                return HandshakeFailure.None;
            }

            await End(stream, socket).ConfigureAwait(false);
            return result.Failure;
        }
        catch (Exception error) when (IsTrouble(error))
        {
            await End(stream, socket).ConfigureAwait(false);
            return FailureOf(error, patience);
        }
    }

    private async Task ServeAsync(Stream stream, PeerHello hello, bool dialed)
    {
        using var link = new PeerLink(stream, hello, _loop, Counters, _options, _logger);
        lock (_gate)
        {
            _links.Add(link);
            if (_stop.IsCancellationRequested)
            {
                link.Close("this server stops");
            }
        }

        await link.RunAsync(dialed).ConfigureAwait(false);
        lock (_gate)
        {
            _links.Remove(link);
        }
    }

    private void Keep(Task task)
    {
        lock (_gate)
        {
            _tasks.Add(task);
        }

        _ = task.ContinueWith(
            done =>
            {
                lock (_gate)
                {
                    _tasks.Remove(done);
                }
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private static async ValueTask End(Stream? stream, Socket socket)
    {
        if (stream is not null)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        socket.Dispose();
    }

    private static bool IsTrouble(Exception error) =>
        error is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    private HandshakeFailure FailureOf(Exception error, CancellationTokenSource patience) => error switch
    {
        AuthenticationException => HandshakeFailure.Tls,
        EndOfStreamException => HandshakeFailure.Closed,
        _ when patience.IsCancellationRequested => HandshakeFailure.TimedOut,
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => HandshakeFailure.Unreachable,
        _ => HandshakeFailure.Closed,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "A peer's connection was not taken: {Reason}{More}")]
    private static partial void LogAcceptFailed(ILogger logger, string reason, string more);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a connection of {Caller} to the peer port: {Reason}{More}")]
    private static partial void LogRefused(ILogger logger, string caller, string reason, string more);
}
