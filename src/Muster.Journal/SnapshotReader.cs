using System.Buffers.Binary;

namespace Muster.Journal;

/// <summary>Reads a snapshot: header, records numbered from 1, and a last frame that says how many there are.</summary>
internal static class SnapshotReader
{
    /// <summary>The sequence of the last frame, which no record can have.</summary>
    public const long TrailerSequence = long.MaxValue;

    /// <summary>Checks the whole file, visiting the records if asked to. Returns how many there are.</summary>
    /// <exception cref="JournalCorruptException">Anything is damaged or missing.</exception>
    public static long Read(string name, long sequence, IJournalFile file, RecordVisitor? visitor)
    {
        Span<byte> bytes = stackalloc byte[FileHeader.Bytes];
        int read = file.Read(0, bytes);
        FileHeader header = FileHeader.Read(name, bytes[..read], FileHeader.SnapshotMagic);
        if (header.Sequence != sequence)
        {
            throw new JournalCorruptException(name, 16, $"its header says it reaches to record {header.Sequence}; was it renamed?");
        }

        var reader = new FrameReader(file, header.Salt);
        long count = 0;
        while (true)
        {
            FrameReadResult result = reader.Read();
            if (result != FrameReadResult.Record)
            {
                throw new JournalCorruptException(
                    name, reader.Offset, result == FrameReadResult.End ? "it ends before its last record" : reader.Problem);
            }

            if (reader.Frame.Sequence == TrailerSequence)
            {
                break;
            }

            count++;
            if (reader.Frame.Sequence != count)
            {
                throw new JournalCorruptException(name, reader.Offset, $"record {reader.Frame.Sequence} stands where {count} belongs");
            }

            visitor?.Invoke(RecordSource.Snapshot, sequence, reader.Record);
        }

        if (reader.Record.Length != sizeof(long)
            || BinaryPrimitives.ReadInt64LittleEndian(reader.Record) != count
            || reader.NextOffset != file.Length)
        {
            throw new JournalCorruptException(name, reader.Offset, $"{count} records were read, which is not what its last frame says");
        }

        return count;
    }
}
