namespace Muster.Journal;

/// <summary>A log on disk whose header was read.</summary>
internal sealed record LogFile(string Name, FileHeader Header)
{
    /// <summary>
    /// All logs that can hold records, in order. One without a header was being created when the process stopped: its
    /// header is made durable before anything else, so it is empty, and is deleted.
    /// </summary>
    public static List<LogFile> ReadAll(IJournalStorage storage, IReadOnlyList<string> names, List<string> messages)
    {
        var logs = new List<LogFile>();
        foreach (string name in names)
        {
            if (!FileNames.TryParseLog(name, out long first))
            {
                continue;
            }

            if (ReadHeader(storage, name) is not { } header)
            {
                messages.Add($"log {name} has no header yet (it was being created at the last stop) and was removed");
                storage.Delete(name);
            }
            else if (header.Sequence != first)
            {
                throw new JournalCorruptException(name, 16, $"its header says it begins with record {header.Sequence}; was it renamed?");
            }
            else
            {
                logs.Add(new LogFile(name, header));
            }
        }

        logs.Sort(static (a, b) => a.Header.Sequence.CompareTo(b.Header.Sequence));
        return logs;
    }

    private static FileHeader? ReadHeader(IJournalStorage storage, string name)
    {
        using IJournalFile file = storage.Open(name);
        Span<byte> bytes = stackalloc byte[FileHeader.Bytes];
        int read = file.Read(0, bytes);
        bool nothingWritten = file.Length <= FileHeader.Bytes && !bytes[..read].ContainsAnyExcept((byte)0);
        if (read < FileHeader.Bytes || nothingWritten)
        {
            return null;
        }

        return FileHeader.Read(name, bytes, FileHeader.LogMagic);
    }
}
