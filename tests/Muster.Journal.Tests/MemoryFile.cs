namespace Muster.Journal.Tests;

/// <summary>A file whose synced bytes, and what was written since, are kept apart so that a crash can lose the latter.</summary>
internal sealed class MemoryFile
{
    private const int SectorBytes = 512;
    private readonly List<(long Offset, byte[]? Bytes)> _unsynced = [];
    private readonly Content _present = new();
    private readonly Content _synced = new();

    /// <summary>What the file holds, synced or not.</summary>
    public ReadOnlySpan<byte> Bytes => _present.Bytes;

    /// <summary>Makes the file hold something, synced.</summary>
    public void Fill(ReadOnlySpan<byte> bytes)
    {
        _present.Fill(bytes);
        _synced.Fill(bytes);
        _unsynced.Clear();
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        _present.Write(offset, bytes);
        _unsynced.Add((offset, bytes.ToArray()));
    }

    public void SetLength(long length)
    {
        _present.SetLength(length);
        _unsynced.Add((length, null));
    }

    public void Sync()
    {
        foreach ((long offset, byte[]? written) in _unsynced)
        {
            if (written is null)
            {
                _synced.SetLength(offset);
            }
            else
            {
                _synced.Write(offset, written);
            }
        }

        _unsynced.Clear();
    }

    /// <summary>A file of its own that holds what this one holds, synced.</summary>
    public MemoryFile Copy()
    {
        var copy = new MemoryFile();
        copy.Take(_present);
        return copy;
    }

    public MemoryFile AfterCrash(Random random)
    {
        var left = new Content();
        left.Share(_synced);
        int luck = random.Next(3); // nothing arrived, everything, or any of the sectors in any combination
        foreach ((long offset, byte[]? written) in _unsynced)
        {
            if (luck == 0 || (luck == 2 && random.Next(4) == 0))
            {
                continue;
            }

            if (written is null)
            {
                left.SetLength(offset);
                continue;
            }

            for (long at = offset; at < offset + written.Length;)
            {
                long end = Math.Min(offset + written.Length, (at / SectorBytes + 1) * SectorBytes);
                if (luck == 1 || random.Next(2) == 0)
                {
                    left.Write(at, written.AsSpan((int)(at - offset), (int)(end - at)));
                }

                at = end;
            }
        }

        var after = new MemoryFile();
        after.Take(left);
        return after;
    }

    private void Take(Content content)
    {
        _present.Share(content);
        _synced.Share(content);
    }

    /// <summary>Bytes with room to grow into; what was never written is zero.</summary>
    private sealed class Content
    {
        private byte[] _room = [];
        private int _length;
        private bool _isShared;

        public ReadOnlySpan<byte> Bytes => _room.AsSpan(0, _length);

        public void Fill(ReadOnlySpan<byte> bytes)
        {
            SetLength(0);
            Write(0, bytes);
        }

        /// <summary>Holds what another holds, in the same bytes until one of the two is written to: most files never are again.</summary>
        public void Share(Content other)
        {
            (_room, _length) = (other._room, other._length);
            _isShared = other._isShared = true;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            Own();
            if (offset + bytes.Length > _length)
            {
                SetLength(offset + bytes.Length);
            }

            bytes.CopyTo(_room.AsSpan((int)offset));
        }

        public void SetLength(long length)
        {
            Own();
            if (length < _length)
            {
                _room.AsSpan((int)length, _length - (int)length).Clear();
            }
            else if (length > _room.Length)
            {
                Array.Resize(ref _room, (int)Math.Max(length, Math.Min(2L * _room.Length, _room.Length + 65_536)));
            }

            _length = (int)length;
        }

        private void Own()
        {
            if (_isShared)
            {
                _room = _room.AsSpan(0, _length).ToArray();
                _isShared = false;
            }
        }
    }
}
