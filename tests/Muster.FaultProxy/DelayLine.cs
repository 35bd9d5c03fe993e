using System.Diagnostics;
using System.Threading.Channels;

namespace Muster.FaultProxy;

/// <summary>Delivers pieces in order, each at its own time: late, but as fast as they came.</summary>
internal sealed class DelayLine : IDisposable
{
    private readonly Channel<Piece> _pieces = Channel.CreateBounded<Piece>(new BoundedChannelOptions(1024) { SingleReader = true, SingleWriter = true });
    private readonly CancellationToken _end;
    private readonly Task _delivery;

    public DelayLine(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> deliver, CancellationToken end)
    {
        _end = end;
        _delivery = DeliverAsync(deliver);
    }

    /// <summary>Adds a piece that is delivered after the delay, or right after the one before it if that is later.</summary>
    public void Add(ReadOnlySpan<byte> bytes, TimeSpan delay)
    {
        long due = Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency);
        if (!_pieces.Writer.TryWrite(new Piece(due, bytes.ToArray())))
        {
            throw new OperationCanceledException("more is under way than the delay line holds");
        }
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
        await foreach (Piece piece in _pieces.Reader.ReadAllAsync(_end))
        {
            TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), piece.Due);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, _end);
            }

            await deliver(piece.Bytes, _end);
        }
    }

    private readonly record struct Piece(long Due, byte[] Bytes);
}
