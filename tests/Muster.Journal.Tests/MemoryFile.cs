namespace Muster.Journal.Tests;

/// <summary>A file whose synced bytes, and what was written since, are kept apart so that a crash can lose the latter.</summary>
internal sealed class MemoryFile
{
    private const int SectorBytes = 512;
    private readonly List<(long Offset, byte[]? Bytes)> _unsynced = [];
    private byte[] _synced = [];

    public byte[] Bytes { get; set; } = [];

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Bytes = Apply(Bytes, offset, bytes);
        _unsynced.Add((offset, bytes.ToArray()));
    }

    public void SetLength(long length)
    {
        Bytes = Resize(Bytes, length);
        _unsynced.Add((length, null));
    }

    public void Sync()
    {
        _synced = [.. Bytes];
        _unsynced.Clear();
    }

    public MemoryFile AfterCrash(Random random)
    {
        byte[] bytes = [.. _synced];
        int luck = random.Next(3); // nothing arrived, everything, or any of the sectors in any combination
        foreach ((long offset, byte[]? written) in _unsynced)
        {
            if (luck == 0 || (luck == 2 && random.Next(4) == 0))
            {
                continue;
            }

            if (written is null)
            {
                bytes = Resize(bytes, offset);
                continue;
            }

            for (long at = offset; at < offset + written.Length;)
            {
                long end = Math.Min(offset + written.Length, (at / SectorBytes + 1) * SectorBytes);
                if (luck == 1 || random.Next(2) == 0)
                {
                    bytes = Apply(bytes, at, written.AsSpan((int)(at - offset), (int)(end - at)));
                }

                at = end;
            }
        }

        return new MemoryFile { Bytes = bytes, _synced = [.. bytes] };
    }

    private static byte[] Apply(byte[] target, long offset, ReadOnlySpan<byte> bytes)
    {
        byte[] result = offset + bytes.Length > target.Length ? Resize(target, offset + bytes.Length) : target;
        bytes.CopyTo(result.AsSpan((int)offset));
        return result;
    }

    private static byte[] Resize(byte[] bytes, long length)
    {
        byte[] result = new byte[length];
        bytes.AsSpan(0, (int)Math.Min(bytes.Length, length)).CopyTo(result);
        return result;
    }
}
