using System.Buffers.Binary;

namespace Muster.Journal;

/// <summary>Takes the records of a snapshot. One thread at a time; the record is copied before <see cref="Write"/> returns.</summary>
public sealed class SnapshotWriter
{
    /// <summary>Written data is synced this often: one sync of everything at the end would stall the log's own.</summary>
    private const int SyncEveryBytes = 4 * 1024 * 1024;

    private readonly IJournalFile _file;
    private readonly uint _salt;
    private readonly int _maxRecordBytes;
    private byte[] _buffer = new byte[64 * 1024];
    private int _used;
    private long _offset;
    private long _unsynced;

    internal SnapshotWriter(IJournalFile file, FileHeader header, int maxRecordBytes)
    {
        _file = file;
        _salt = header.Salt;
        _maxRecordBytes = maxRecordBytes;
        header.Write(_buffer, FileHeader.SnapshotMagic);
        _used = FileHeader.Bytes;
    }

    /// <summary>Records written so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds one record of 1 byte to <see cref="JournalOptions.MaxRecordBytes"/>.</summary>
    /// <exception cref="IOException">The storage failed; let it pass, the snapshot reports it.</exception>
    public void Write(ReadOnlySpan<byte> record)
    {
        Journal.ThrowIfBadLength(record.Length, _maxRecordBytes);
        Count++;
        WriteFrame(Count, record);
    }

    internal void Finish()
    {
        Span<byte> count = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(count, Count);
        WriteFrame(SnapshotReader.TrailerSequence, count);
        Flush();
        _file.Sync();
    }

    private void WriteFrame(long sequence, ReadOnlySpan<byte> record)
    {
        int bytes = Frame.HeaderBytes + record.Length;
        if (bytes > _buffer.Length - _used)
        {
            Flush();
            if (bytes > _buffer.Length)
            {
                _buffer = new byte[bytes];
            }
        }

        Frame.Write(_buffer.AsSpan(_used), _salt, sequence, placeInGroup: 0, record);
        _used += bytes;
    }

    private void Flush()
    {
        _file.Write(_offset, _buffer.AsSpan(0, _used));
        _offset += _used;
        _unsynced += _used;
        _used = 0;
        if (_unsynced >= SyncEveryBytes)
        {
            _file.Sync();
            _unsynced = 0;
        }
    }
}
