namespace Muster.Journal;

/// <summary>Another process (or another journal of this one) has the data directory open.</summary>
public sealed class JournalInUseException : JournalException
{
    /// <summary>Creates the error.</summary>
    public JournalInUseException(string directory, string? owner, Exception? cause = null)
        : base($"The data directory {directory} is in use by {(owner is null ? "another process" : "process " + owner)}. "
            + "Two servers must never share one; stop the other, or give this one its own -data-dir.", cause)
    {
    }
}
