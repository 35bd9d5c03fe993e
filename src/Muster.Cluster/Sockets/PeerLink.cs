using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.Logging;

namespace Muster.Cluster.Sockets;

/// <summary>
/// A connection on which both sides have proved themselves. Messages are framed by their length in four bytes, little
/// endian, at most 1 MiB.
/// </summary>
/// <remarks>
/// One task reads: it gives whole messages to the loop and reads on when they are handled, so a slow server slows its
/// peers' sending and not its own memory. One task writes: whatever gathered while it wrote goes out in one piece.
/// </remarks>
internal sealed partial class PeerLink : ILink, IClusterWork, IValueTaskSource<bool>, IDisposable
{
    /// <summary>The longest message.</summary>
    public const int MaxMessageBytes = 1 << 20;

    private const int HeadBytes = 4;
    private const int OrdinaryBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly ClusterLoop _loop;
    private readonly PeerCounters _counters;
    private readonly ILogger _logger;
    private readonly int _maxQueued;
    private readonly TimeSpan _closeTimeout;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _bell = new(0, 1);
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _handled = new() { RunContinuationsAsynchronously = true };
    private byte[] _filling = [];
    private byte[] _spare = [];
    private int _filled;
    private int _writing;
    private bool _isWriterAsleep;
    private string? _closed;

    // the messages that wait to be handled
    private byte[] _received = [];
    private int _receivedBytes;

    public PeerLink(Stream stream, PeerHello hello, ClusterLoop loop, PeerCounters counters, PeerSocketOptions options, ILogger logger)
    {
        _stream = stream;
        Hello = hello;
        _loop = loop;
        _counters = counters;
        _logger = logger;
        _maxQueued = options.MaxQueuedBytes;
        _closeTimeout = options.CloseTimeout;
    }

    public PeerHello Hello { get; }

    public long QueuedBytes
    {
        get
        {
            lock (_gate)
            {
                return _filled + _writing;
            }
        }
    }

    public bool TrySend(ReadOnlySpan<byte> message)
    {
        if (message.Length > MaxMessageBytes)
        {
            throw new ArgumentException($"a message of {message.Length} bytes is longer than {MaxMessageBytes}", nameof(message));
        }

        lock (_gate)
        {
            int needed = _filled + HeadBytes + message.Length;
            if (_closed is not null || needed + _writing > _maxQueued)
            {
                return false;
            }

            if (needed > _filling.Length)
            {
                Grow(needed);
            }

            BinaryPrimitives.WriteInt32LittleEndian(_filling.AsSpan(_filled), message.Length);
            message.CopyTo(_filling.AsSpan(_filled + HeadBytes));
            _filled = needed;
            RingNeedsGate();
            return true;
        }
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
            RingNeedsGate();
            _end.CancelAfter(_closeTimeout);
        }
    }

    /// <summary>For whoever served it, once that is over.</summary>
    public void Dispose()
    {
        _end.Dispose();
        _bell.Dispose();
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
            RingNeedsGate();
        }

        await _end.CancelAsync().ConfigureAwait(false);
        await writing.ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _loop.Post(new ClusterNotice(handler => handler.OnDisconnected(this, reason)));
    }

    void IClusterWork.Run(IPeerHandler handler)
    {
        ReadOnlySpan<byte> rest = _received.AsSpan(0, _receivedBytes);
        while (rest.Length > 0 && Volatile.Read(ref _closed) is null)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            Handle(rest.Slice(HeadBytes, length), handler);
            rest = rest[(HeadBytes + length)..];
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

    private void RingNeedsGate()
    {
        if (_isWriterAsleep)
        {
            _isWriterAsleep = false;
            _bell.Release();
        }
    }

    private void Grow(int needed)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, OrdinaryBytes));
        _filling.AsSpan(0, _filled).CopyTo(larger);
        Return(_filling);
        _filling = larger;
    }

    private async Task<string> ReadAsync()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(OrdinaryBytes);
        int count = 0;
        try
        {
            while (true)
            {
                int read = await _stream.ReadAsync(buffer.AsMemory(count), _end.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    return "the peer closed the connection";
                }

                count += read;
                _counters.Received(read);
                int whole = WholeMessages(buffer.AsSpan(0, count), out int missing);
                if (missing > MaxMessageBytes + HeadBytes)
                {
                    return "the peer sent a message that is too long";
                }

                if (whole > 0)
                {
                    if (!await HandleAsync(buffer, whole).ConfigureAwait(false))
                    {
                        return "the peer's messages could not be handled";
                    }

                    buffer.AsSpan(whole, count - whole).CopyTo(buffer);
                    count -= whole;
                }

                buffer = Fit(buffer, count, Math.Max(missing, OrdinaryBytes));
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
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private ValueTask<bool> HandleAsync(byte[] buffer, int whole)
    {
        _handled.Reset();
        (_received, _receivedBytes) = (buffer, whole);
        var done = new ValueTask<bool>(this, _handled.Version);
        _loop.Post(this);
        return done;
    }

    /// <summary>How many bytes are whole messages, and how long the message after them is, as far as that is known.</summary>
    private static int WholeMessages(ReadOnlySpan<byte> bytes, out int missing)
    {
        int whole = 0;
        missing = 0;
        while (bytes.Length - whole >= HeadBytes)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[whole..]);
            missing = (int)Math.Min(length, MaxMessageBytes + 1) + HeadBytes;
            if (length > MaxMessageBytes || bytes.Length - whole < missing)
            {
                return whole;
            }

            whole += missing;
            missing = 0;
        }

        return whole;
    }

    /// <summary>Makes room for a long message, and gives a long buffer back once it is not needed.</summary>
    private static byte[] Fit(byte[] buffer, int count, int needed)
    {
        bool isTooLarge = needed == OrdinaryBytes && buffer.Length > 4 * OrdinaryBytes && count <= OrdinaryBytes / 2;
        if (buffer.Length >= needed && !isTooLarge)
        {
            return buffer;
        }

        byte[] other = ArrayPool<byte>.Shared.Rent(needed);
        buffer.AsSpan(0, count).CopyTo(other);
        ArrayPool<byte>.Shared.Return(buffer);
        return other;
    }

    private async Task WriteAsync()
    {
        try
        {
            while (await TakeAsync().ConfigureAwait(false) is { Length: > 0 } taken)
            {
                await _stream.WriteAsync(taken.AsMemory(0, _writing), _end.Token).ConfigureAwait(false);
                _counters.Sent(_writing);
                GiveBack(taken);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // the reading task finds out too, and says why; what was being written is left to the collector
        }
        finally
        {
            lock (_gate)
            {
                _closed ??= "the connection broke";
                Return(_filling);
                Return(_spare);
                (_filling, _spare, _filled, _writing) = ([], [], 0, 0);
            }

            await _end.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits until something is to be written and takes it, in exchange for an empty buffer. Empty at the end.</summary>
    private async ValueTask<byte[]> TakeAsync()
    {
        while (true)
        {
            lock (_gate)
            {
                _writing = 0;
                if (_filled > 0)
                {
                    byte[] taken = _filling;
                    (_writing, _filled, _filling, _spare) = (_filled, 0, _spare, []);
                    return taken;
                }

                if (_closed is not null)
                {
                    return [];
                }

                _isWriterAsleep = true;
            }

            await _bell.WaitAsync(_end.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Keeps a buffer for the next time, unless a flood made it large.</summary>
    private void GiveBack(byte[] taken)
    {
        if (taken.Length > 4 * OrdinaryBytes)
        {
            Return(taken);
            return;
        }

        lock (_gate)
        {
            _spare = taken;
        }
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Reading from a peer failed")]
    private static partial void LogFailed(ILogger logger, Exception error);
}
