namespace Muster.Simulation.Cluster.Readers;

/// <summary>The body of an answer as the client reads it: what has arrived, and then the end of the connection.</summary>
/// <param name="closed">Called when the client gives it up.</param>
internal sealed class ReaderStream(Action closed) : Stream
{
    private readonly Queue<byte[]> _arrived = new();
    private TaskCompletionSource? _wait;
    private int _taken;
    private bool _hasEnded, _isClosed;

    /// <summary>Sees all that the client gets to see, just before it does.</summary>
    public Action<ReadOnlySpan<byte>>? Seen { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Something arrives.</summary>
    public void Take(byte[] bytes)
    {
        _arrived.Enqueue(bytes);
        Wake();
    }

    /// <summary>The connection is over.</summary>
    public void End()
    {
        _hasEnded = true;
        Wake();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_arrived.TryPeek(out byte[]? bytes))
            {
                return Give(bytes, buffer.Span);
            }

            if (_hasEnded)
            {
                throw new IOException("The connection was reset.");
            }

            var wait = new TaskCompletionSource();
            _wait = wait;
            using CancellationTokenRegistration canceled = cancellationToken.UnsafeRegister(static (wait, token) => ((TaskCompletionSource)wait!).TrySetCanceled(token), wait);
            await wait.Task.ConfigureAwait(false);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (!_isClosed)
        {
            _isClosed = true;
            closed();
        }

        base.Dispose(disposing);
    }

    private int Give(byte[] bytes, Span<byte> to)
    {
        int count = Math.Min(bytes.Length - _taken, to.Length);
        ReadOnlySpan<byte> given = bytes.AsSpan(_taken, count);
        given.CopyTo(to);
        _taken += count;
        if (_taken == bytes.Length)
        {
            _arrived.Dequeue();
            _taken = 0;
        }

        Seen?.Invoke(given);
        return count;
    }

    private void Wake()
    {
        TaskCompletionSource? wait = _wait;
        _wait = null;
        wait?.TrySetResult();
    }
}
