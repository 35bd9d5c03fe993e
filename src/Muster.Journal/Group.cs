namespace Muster.Journal;

/// <summary>Records collected while the previous group is being made durable: one buffer, one write, one fdatasync.</summary>
internal sealed class Group
{
    /// <summary>A group is sealed at this size, so that a stalled disk queues several moderate groups, not one huge one.</summary>
    public const int SealBytes = 1024 * 1024;

    private const int InitialBytes = 64 * 1024;
    private byte[] _buffer = new byte[InitialBytes];

    /// <summary>The first sequence; the next one to come while empty.</summary>
    public long First { get; private set; }

    public int Count { get; private set; }

    public int Length { get; private set; }

    public long Last => First + Count - 1;

    /// <summary>How many losses came before: groups of one chain follow each other without a gap.</summary>
    public int Chain { get; private set; }

    /// <summary>A snapshot was begun just before: the group opens a new log.</summary>
    public bool StartsSegment { get; private set; }

    public bool HasWork => Count > 0 || StartsSegment;

    /// <summary>Who waits for the group; null while nobody does.</summary>
    public GroupCompletion? Completion { get; set; }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Length);

    public void Start(long first, int chain, bool startsSegment)
    {
        First = first;
        Chain = chain;
        StartsSegment = startsSegment;
        Count = 0;
        Length = 0;
        Completion = null;
    }

    public bool Fits(int bytes) => Count == 0 || Length + bytes <= SealBytes;

    public bool Contains(long sequence) => sequence >= First && sequence <= Last;

    public void Add(uint salt, long sequence, ReadOnlySpan<byte> record)
    {
        int needed = Length + Frame.HeaderBytes + record.Length;
        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(needed, _buffer.Length * 2));
        }

        Frame.Write(_buffer.AsSpan(Length), salt, sequence, Count, record);
        Length = needed;
        Count++;
    }
}
