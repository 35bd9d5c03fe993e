namespace Muster.Journal;

/// <summary>A file of the journal is damaged where it was already durable, so opening it would silently lose acknowledged records.</summary>
public sealed class JournalCorruptException : JournalException
{
    /// <summary>Creates the error for one place in one file.</summary>
    public JournalCorruptException(string file, long offset, string problem)
        : base($"{file} is damaged at offset {offset}: {problem}. Refusing to start rather than to serve without it; "
            + "restore the data directory from a backup, or move it away to start empty.")
    {
        File = file;
        Offset = offset;
        Problem = problem;
    }

    /// <summary>The damaged file's name, without its directory.</summary>
    public string File { get; }

    /// <summary>Where the damage begins, in bytes from the file's start.</summary>
    public long Offset { get; }

    /// <summary>What is wrong there, in plain words.</summary>
    public string Problem { get; }
}
