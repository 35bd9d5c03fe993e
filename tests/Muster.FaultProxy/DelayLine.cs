using System.Diagnostics;
using System.Threading.Channels;

namespace Muster.FaultProxy;

/// <summary>Delivers pieces in order, each at its own time: late, but as fast as they came.</summary>
internal sealed class DelayLine : IDisposable
{
    private readonly Channel<Piece> _pieces = Channel.CreateBounded<Piece>(new BoundedChannelOptions(1024) { SingleReader = true, SingleWriter = true });
    private readonly CancellationToken _end;
    private readonly Task _delivery;
    private int _underWay;

    public DelayLine(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> deliver, CancellationToken end)
    {
        _end = end;
        _delivery = DeliverAsync(deliver);
    }

    /// <summary>Whether nothing is under way.</summary>
    public bool IsEmpty => Volatile.Read(ref _underWay) == 0;

    /// <summary>
    /// Adds a piece that is delivered after the delay, or right after the one before it if that is later. Waits while
    /// more is under way than the line holds.
    /// </summary>
    public ValueTask AddAsync(ReadOnlyMemory<byte> bytes, TimeSpan delay)
    {
        long due = Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency);
        Interlocked.Increment(ref _underWay);
        return _pieces.Writer.WriteAsync(new Piece(due, bytes.ToArray()), _end);
    }

    /// <summary>Waits until everything is delivered.</summary>
    public Task FinishAsync()
    {
        _pieces.Writer.TryComplete();
        return _delivery;
    }

    public void Dispose() => _pieces.Writer.TryComplete();

    private async Task DeliverAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> deliver)
    {
        try
        {
            await foreach (Piece piece in _pieces.Reader.ReadAllAsync(_end))
            {
                TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), piece.Due);
                if (left > TimeSpan.Zero)
                {
                    await Task.Delay(left, _end);
                }

                await deliver(piece.Bytes, _end);
                Interlocked.Decrement(ref _underWay);
            }
        }
        catch (Exception error)
        {
            _pieces.Writer.TryComplete(error); // who adds must not wait for a delivery that never comes
            throw;
        }
    }

    private readonly record struct Piece(long Due, byte[] Bytes);
}
