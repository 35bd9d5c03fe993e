namespace Muster.Journal;

/// <summary>
/// The few operations a journal needs of a directory. Failures are <see cref="IOException"/> or
/// <see cref="UnauthorizedAccessException"/>. Tests replace it to fail, to tear, and to forget what was not synced.
/// </summary>
public interface IJournalStorage
{
    /// <summary>Takes the directory for this journal alone, until disposed.</summary>
    /// <exception cref="JournalInUseException">Somebody else has it.</exception>
    IDisposable AcquireLock();

    /// <summary>The names of all files.</summary>
    IReadOnlyList<string> List();

    /// <summary>Creates a file, empty also if there was one.</summary>
    IJournalFile Create(string name);

    /// <summary>Opens an existing file.</summary>
    IJournalFile Open(string name);

    /// <summary>Renames a file over any other. Durable after <see cref="SyncDirectory"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file if it exists. Durable after <see cref="SyncDirectory"/>.</summary>
    void Delete(string name);

    /// <summary>Makes creations, renames and deletions durable.</summary>
    void SyncDirectory();
}
