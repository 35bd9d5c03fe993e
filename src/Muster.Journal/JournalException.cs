namespace Muster.Journal;

/// <summary>The journal cannot be opened. The message is meant for an operator.</summary>
public abstract class JournalException : Exception
{
    private protected JournalException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
