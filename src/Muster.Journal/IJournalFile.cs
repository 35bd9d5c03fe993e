namespace Muster.Journal;

/// <summary>One file of an <see cref="IJournalStorage"/>; used by one thread at a time.</summary>
public interface IJournalFile : IDisposable
{
    /// <summary>The length in bytes.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/> on; returns fewer bytes only at the end.</summary>
    int Read(long offset, Span<byte> destination);

    /// <summary>Writes all of <paramref name="bytes"/>; not durable before <see cref="Sync"/>.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Makes the file's bytes and length durable.</summary>
    void Sync();

    /// <summary>Cuts or extends the file.</summary>
    void SetLength(long length);
}
