using System.Buffers;

namespace Muster.Cluster.Sockets;

/// <summary>
/// The messages that wait to be written to a peer, within a bound. There are two buffers: one fills while the other is
/// written, and the bell wakes the writer when it found the first one empty.
/// </summary>
/// <remarks>Any thread adds; one takes and gives back.</remarks>
internal sealed class OutgoingBuffer(int most) : IDisposable
{
    private readonly SemaphoreSlim _bell = new(0, 1);
    private readonly Lock _gate = new();
    private byte[] _filling = [];
    private byte[] _writing = [];
    private byte[] _spare = [];
    private int _filled;
    private int _taken;
    private bool _isWriterAsleep;
    private bool _isEnded;

    /// <summary>Bytes that wait or are being written.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _filled + _taken;
            }
        }
    }

    /// <summary>Adds a message; false when there is no room for it, or at the end.</summary>
    public bool TryAdd(ReadOnlySpan<byte> message)
    {
        lock (_gate)
        {
            int needed = _filled + Framing.HeadBytes + message.Length;
            if (_isEnded || needed + _taken > most)
            {
                return false;
            }

            if (needed > _filling.Length)
            {
                Grow(needed);
            }

            Framing.Write(message, _filling.AsSpan(_filled));
            _filled = needed;
            RingNeedsGate();
            return true;
        }
    }

    /// <summary>Takes no more messages; those that wait can still be written.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isEnded = true;
            RingNeedsGate();
        }
    }

    /// <summary>Waits for messages and takes all of them, until <see cref="GiveBack"/>. Empty at the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> TakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_filled > 0)
                {
                    (_writing, _taken, _filling, _filled, _spare) = (_filling, _filled, _spare, 0, []);
                    return _writing.AsMemory(0, _taken);
                }

                if (_isEnded)
                {
                    return default;
                }

                _isWriterAsleep = true;
            }

            await _bell.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What was taken is written. Its buffer is kept for the next time, unless a flood made it large.</summary>
    public void GiveBack()
    {
        lock (_gate)
        {
            if (_writing.Length > 4 * Framing.OrdinaryBytes)
            {
                Return(_writing);
            }
            else
            {
                _spare = _writing;
            }

            (_writing, _taken) = ([], 0);
        }
    }

    /// <summary>Drops what waits, for good. What was taken and not given back may still be read by the socket: it is left to the collector.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            (_isEnded, _isWriterAsleep) = (true, false);
            Return(_filling);
            Return(_spare);
            (_filling, _writing, _spare, _filled, _taken) = ([], [], [], 0, 0);
        }
    }

    public void Dispose() => _bell.Dispose();

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
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Framing.OrdinaryBytes));
        _filling.AsSpan(0, _filled).CopyTo(larger);
        Return(_filling);
        _filling = larger;
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
