using System.Buffers;

namespace Muster.Client.Streaming;

/// <summary>
/// Cuts a stream into lines in a pooled buffer that grows up to a limit. While the stream is silent no buffer is held: the
/// wait is a read of zero bytes.
/// </summary>
/// <param name="stream">Where the lines come from.</param>
/// <param name="limit">The longest line, in bytes.</param>
/// <param name="onBytes">Called whenever something has come.</param>
internal sealed class LineReader(Stream stream, int limit, Action? onBytes = null) : IDisposable
{
    private const int FirstSize = 4096;
    private const int PrefixLength = 1024;
    private const int SkipFactor = 8;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _scanned;
    private bool _isSkipping;

    /// <summary>The line that was read last, without its end, or the beginning of one that is too long; valid until the next read.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    public async ValueTask<LineOutcome> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            bool isLine = TryTakeLine();
            if (isLine ? Line.Length > limit : _end - _start > limit)
            {
                Line = isLine ? Line[..Math.Min(PrefixLength, limit)] : _buffer.AsMemory(_start, Math.Min(PrefixLength, limit));
                _isSkipping = !isLine;
                return LineOutcome.TooLong;
            }

            if (isLine)
            {
                return LineOutcome.Line;
            }

            if (_start == _end)
            {
                GiveBack();
                await stream.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            }

            if (await FillAsync(cancellationToken).ConfigureAwait(false) == 0)
            {
                return _start == _end ? LineOutcome.End : LineOutcome.CutOff;
            }
        }
    }

    /// <summary>After a line that is too long: reads to its end without keeping it. False when that takes too much, or never comes.</summary>
    public async ValueTask<bool> SkipAsync(CancellationToken cancellationToken)
    {
        for (long skipped = 0; _isSkipping; skipped += _end - _start)
        {
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            _isSkipping = length < 0;
            _start = _isSkipping ? _end : _start + length + 1;
            _scanned = _start;
            if (_isSkipping && (skipped > SkipFactor * (long)limit || await FillAsync(cancellationToken).ConfigureAwait(false) == 0))
            {
                return false;
            }
        }

        return true;
    }

    public void Dispose() => GiveBack();

    private async ValueTask<int> FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        int count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += count;
        onBytes?.Invoke();
        return count;
    }

    private bool TryTakeLine()
    {
        int length = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
        if (length < 0)
        {
            _scanned = _end;
            return false;
        }

        int newLine = _scanned + length;
        int end = newLine > _start && _buffer[newLine - 1] == '\r' ? newLine - 1 : newLine;
        Line = _buffer.AsMemory(_start, end - _start);
        _start = newLine + 1;
        _scanned = _start;
        return true;
    }

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
        {
            return;
        }

        int used = _end - _start;
        byte[] next = used > _buffer.Length / 2 || _buffer.Length == 0 ? ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, _buffer.Length * 2)) : _buffer;
        _buffer.AsSpan(_start, used).CopyTo(next);
        if (!ReferenceEquals(next, _buffer) && _buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = next;
        _scanned -= _start;
        _start = 0;
        _end = used;
    }

    private void GiveBack()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = [];
        _start = _end = _scanned = 0;
        Line = default;
    }
}
