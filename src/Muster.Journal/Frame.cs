using System.Buffers.Binary;

namespace Muster.Journal;

/// <summary>
/// One framed record, little endian: checksum (4), length (4), sequence (8), place in group (4), then the record's bytes.
/// </summary>
/// <remarks>
/// The checksum covers everything after itself and is salted per file, so bytes of another file are never valid here.
/// A group is written only after the previous group was made durable. The record with sequence s at place p of its group
/// therefore proves that everything below s - p had been durable: recovery uses that to tell a torn tail from corruption.
/// </remarks>
internal readonly record struct Frame(uint Checksum, int Length, long Sequence, int PlaceInGroup)
{
    public const int HeaderBytes = 20;

    /// <summary>What the format allows, whatever the options say.</summary>
    public const int MaxRecordBytes = 16 * 1024 * 1024;

    /// <summary>The first sequence of the group this record belongs to.</summary>
    public long GroupStart => Sequence - PlaceInGroup;

    public static void Write(Span<byte> destination, uint salt, long sequence, int placeInGroup, ReadOnlySpan<byte> record)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], record.Length);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], sequence);
        BinaryPrimitives.WriteInt32LittleEndian(destination[16..], placeInGroup);
        record.CopyTo(destination[HeaderBytes..]);
        uint checksum = Crc32C.Compute(salt, destination[4..(HeaderBytes + record.Length)]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination, checksum);
    }

    public static Frame ReadHeader(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]));

    /// <summary>Whether <paramref name="bytes"/>, which starts at this frame, holds the record this header promises.</summary>
    public bool Matches(ReadOnlySpan<byte> bytes, uint salt) =>
        Crc32C.Compute(salt, bytes[4..(HeaderBytes + Length)]) == Checksum;
}
