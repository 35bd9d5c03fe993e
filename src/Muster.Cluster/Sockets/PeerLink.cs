using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.Logging;

namespace Muster.Cluster.Sockets;

/// <summary>A connection on which both sides have proved themselves, from its beginning to its end.</summary>
/// <remarks>
/// One task reads: it gives whole messages to the loop and reads on when they are handled, so a slow server slows its
/// peers' sending and not its own memory. One task writes: whatever gathered while it wrote goes out in one piece.
/// </remarks>
internal sealed partial class PeerLink : ILink, IClusterWork, IValueTaskSource<bool>, IDisposable
{
    private readonly Stream _stream;
    private readonly ClusterLoop _loop;
    private readonly PeerCounters _counters;
    private readonly ILogger _logger;
    private readonly TimeSpan _closeTimeout;
    private readonly IncomingBuffer _incoming = new();
    private readonly OutgoingBuffer _outgoing;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _handled = new() { RunContinuationsAsynchronously = true };
    private string? _closed;

    public PeerLink(Stream stream, PeerHello hello, ClusterLoop loop, PeerCounters counters, PeerSocketOptions options, ILogger logger)
    {
        _stream = stream;
        Hello = hello;
        _loop = loop;
        _counters = counters;
        _logger = logger;
        _outgoing = new OutgoingBuffer(options.MaxQueuedBytes);
        _closeTimeout = options.CloseTimeout;
    }

    public PeerHello Hello { get; }

    public long QueuedBytes => _outgoing.Bytes;

    public bool TrySend(ReadOnlySpan<byte> message)
    {
        if (message.Length > Framing.MaxMessageBytes)
        {
            throw new ArgumentException($"a message of {message.Length} bytes is longer than {Framing.MaxMessageBytes}", nameof(message));
        }

        return _outgoing.TryAdd(message);
    }

    /// <summary>Lets what waits be written, within a bound, and ends.</summary>
    public void Close(string reason)
    {
        lock (_gate)
        {
            if (_closed is not null)
            {
                return;
            }

            _closed = reason;
            _outgoing.End();
            _end.CancelAfter(_closeTimeout);
        }
    }

    /// <summary>For whoever served it, once that is over.</summary>
    public void Dispose()
    {
        _end.Dispose();
        _outgoing.Dispose();
    }

    /// <summary>Serves the link until it ends; tells the loop of its beginning and end.</summary>
    public async Task RunAsync(bool dialed)
    {
        _loop.Post(new ClusterNotice(handler => handler.OnConnected(this, Hello, dialed)));
        Task writing = WriteAsync();
        string reason = await ReadAsync().ConfigureAwait(false);
        lock (_gate)
        {
            // whoever closed it knows better why it ended
            reason = _closed ??= reason;
        }

        _outgoing.End();
        await _end.CancelAsync().ConfigureAwait(false);
        await writing.ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _loop.Post(new ClusterNotice(handler => handler.OnDisconnected(this, reason)));
    }

    void IClusterWork.Run(IPeerHandler handler)
    {
        ReadOnlySpan<byte> messages = _incoming.Messages;
        while (messages.Length > 0 && Volatile.Read(ref _closed) is null)
        {
            Handle(Framing.TakeFirst(ref messages), handler);
        }

        _handled.SetResult(true);
    }

    private void Handle(ReadOnlySpan<byte> message, IPeerHandler handler)
    {
        try
        {
            handler.OnMessage(this, message);
        }
        catch (Exception error)
        {
            _loop.Tell(error);
            handler.OnMessageFailed(this, error);
        }
    }

    void IClusterWork.Abandon(Exception? error)
    {
        Close(error is null ? "this server stops" : "a message could not be handled");
        _handled.SetResult(false);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _handled.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _handled.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _handled.OnCompleted(continuation, state, token, flags);

    private async Task<string> ReadAsync()
    {
        try
        {
            while (true)
            {
                int read = await _stream.ReadAsync(_incoming.Room, _end.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    return "the peer closed the connection";
                }

                _counters.Received(read);
                if (!_incoming.TryAdd(read))
                {
                    return "the peer sent a message that is too long";
                }

                if (_incoming.Messages.Length > 0 && !await HandleAsync().ConfigureAwait(false))
                {
                    return "the peer's messages could not be handled";
                }

                _incoming.Advance();
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return error is OperationCanceledException ? "closed" : error.Message;
        }
        catch (Exception error)
        {
            LogFailed(_logger, error);
            return "an error in this server";
        }
        finally
        {
            _incoming.Dispose();
        }
    }

    private ValueTask<bool> HandleAsync()
    {
        _handled.Reset();
        var done = new ValueTask<bool>(this, _handled.Version);
        _loop.Post(this);
        return done;
    }

    private async Task WriteAsync()
    {
        try
        {
            while (await _outgoing.TakeAsync(_end.Token).ConfigureAwait(false) is { Length: > 0 } taken)
            {
                await _stream.WriteAsync(taken, _end.Token).ConfigureAwait(false);
                _counters.Sent(taken.Length);
                _outgoing.GiveBack();
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // the reading task finds out too, and says why
        }
        finally
        {
            lock (_gate)
            {
                _closed ??= "the connection broke";
            }

            _outgoing.Abandon();
            await _end.CancelAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Reading from a peer failed")]
    private static partial void LogFailed(ILogger logger, Exception error);
}
