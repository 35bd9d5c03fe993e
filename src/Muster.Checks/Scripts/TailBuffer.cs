namespace Muster.Checks.Scripts;

/// <summary>Keeps the last bytes of what is written to it, and counts all. Thread-safe: output and errors are mixed as they come.</summary>
internal sealed class TailBuffer(int capacity)
{
    private readonly Lock _gate = new();
    private readonly byte[] _bytes = new byte[capacity];
    private long _total;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _total += bytes.Length;
            bytes = bytes[Math.Max(0, bytes.Length - capacity)..];
            int at = (int)((_total - bytes.Length) % capacity);
            int first = Math.Min(bytes.Length, capacity - at);
            bytes[..first].CopyTo(_bytes.AsSpan(at));
            bytes[first..].CopyTo(_bytes);
        }
    }

    /// <summary>What was kept, and how much there was.</summary>
    public (byte[] Kept, long Total) Read()
    {
        lock (_gate)
        {
            if (_total <= capacity)
            {
                return (_bytes[..(int)_total], _total);
            }

            int start = (int)(_total % capacity);
            return ([.. _bytes.AsSpan(start), .. _bytes.AsSpan(0, start)], _total);
        }
    }
}
