using System.Buffers.Binary;

namespace Muster.Journal;

/// <summary>
/// The first 32 bytes of a log or snapshot: magic (8), format version (4), flags (4), sequence (8), salt (4), checksum (4).
/// </summary>
/// <param name="Sequence">Log: the first record's sequence. Snapshot: the last sequence whose effect it contains.</param>
/// <param name="Salt">Starts the checksum of every record in the file.</param>
/// <param name="AfterGap">The log follows records that were lost, and means nothing without the snapshot before it.</param>
internal readonly record struct FileHeader(long Sequence, uint Salt, bool AfterGap)
{
    public const int Bytes = 32;
    public const uint FormatVersion = 1;
    private const uint AfterGapFlag = 1;
    private const int ChecksumOffset = 28;

    public static ReadOnlySpan<byte> LogMagic => "MUSTRLOG"u8;

    public static ReadOnlySpan<byte> SnapshotMagic => "MUSTRSNP"u8;

    public void Write(Span<byte> destination, ReadOnlySpan<byte> magic)
    {
        magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], FormatVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], AfterGap ? AfterGapFlag : 0);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[24..], Salt);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ChecksumOffset..], Crc32C.Compute(0, destination[..ChecksumOffset]));
    }

    /// <exception cref="JournalCorruptException">Not such a file, or damaged.</exception>
    /// <exception cref="JournalVersionException">Written in another format.</exception>
    public static FileHeader Read(string file, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> magic)
    {
        if (bytes.Length < Bytes)
        {
            throw new JournalCorruptException(file, 0, $"the file has {bytes.Length} bytes, its header alone needs {Bytes}");
        }

        if (!bytes.StartsWith(magic))
        {
            throw new JournalCorruptException(file, 0, "it does not start like a Muster file of this kind (wrong magic)");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != FormatVersion)
        {
            throw new JournalVersionException(file, version);
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]) != Crc32C.Compute(0, bytes[..ChecksumOffset]))
        {
            throw new JournalCorruptException(file, 0, "checksum mismatch in the file header");
        }

        return new FileHeader(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]),
            (BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) & AfterGapFlag) != 0);
    }
}
