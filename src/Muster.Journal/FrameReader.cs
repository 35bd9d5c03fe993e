namespace Muster.Journal;

/// <summary>Reads the records of one file front to back through one buffer, checking each.</summary>
internal sealed class FrameReader(IJournalFile file, uint salt)
{
    private const int MaxBuffer = 256 * 1024;

    private readonly long _fileLength = file.Length;
    private byte[] _buffer = new byte[(int)Math.Clamp(file.Length, Frame.HeaderBytes, MaxBuffer)];
    private long _bufferOffset = FileHeader.Bytes;
    private int _start;
    private int _end;

    /// <summary>Where the frame just read, or the damage, begins.</summary>
    public long Offset { get; private set; } = FileHeader.Bytes;

    /// <summary>Where the next frame begins.</summary>
    public long NextOffset { get; private set; } = FileHeader.Bytes;

    public Frame Frame { get; private set; }

    /// <summary>What is wrong, after <see cref="FrameReadResult.Damaged"/>.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>The record just read; valid until the next read.</summary>
    public ReadOnlySpan<byte> Record => _buffer.AsSpan(_start + Frame.HeaderBytes, Frame.Length);

    public FrameReadResult Read()
    {
        Skip((int)(NextOffset - Offset));
        Offset = NextOffset;
        long remaining = _fileLength - Offset;
        int headerBytes = (int)Math.Min(Frame.HeaderBytes, remaining);
        ReadOnlySpan<byte> header = Peek(headerBytes);
        if (!header.ContainsAnyExcept((byte)0))
        {
            return FrameReadResult.End;
        }

        if (headerBytes < Frame.HeaderBytes)
        {
            return Damaged("the last record is incomplete");
        }

        Frame = Frame.ReadHeader(header);
        if (Frame.Length is <= 0 or > Frame.MaxRecordBytes)
        {
            return Damaged($"a record claims a length of {Frame.Length} bytes");
        }

        int frameBytes = Frame.HeaderBytes + Frame.Length;
        if (frameBytes > remaining)
        {
            return Damaged("the last record is incomplete");
        }

        if (!Frame.Matches(Peek(frameBytes), salt))
        {
            return Damaged("checksum mismatch");
        }

        NextOffset = Offset + frameBytes;
        return FrameReadResult.Record;
    }

    /// <summary>Everything from the last valid record to the file's end. Needs memory for it; used on the last, short stretch of a log.</summary>
    public byte[] ReadRest()
    {
        byte[] rest = new byte[_fileLength - NextOffset];
        int read = file.Read(NextOffset, rest);
        return read == rest.Length ? rest : rest[..read];
    }

    private FrameReadResult Damaged(string problem)
    {
        Problem = problem;
        return FrameReadResult.Damaged;
    }

    private void Skip(int bytes) => _start += bytes;

    private ReadOnlySpan<byte> Peek(int bytes)
    {
        if (_end - _start < bytes)
        {
            Fill(bytes);
        }

        return _buffer.AsSpan(_start, bytes);
    }

    private void Fill(int bytes)
    {
        int kept = _end - _start;
        byte[] target = bytes > _buffer.Length ? new byte[bytes] : _buffer;
        _buffer.AsSpan(_start, kept).CopyTo(target);
        _buffer = target;
        _bufferOffset += _start;
        _start = 0;
        _end = kept + file.Read(_bufferOffset + kept, _buffer.AsSpan(kept));
        if (_end < bytes)
        {
            throw new IOException("A file of the journal became shorter while it was read.");
        }
    }
}
