namespace Muster.Client.Streaming;

/// <summary>How an attempt to follow the registry ended.</summary>
/// <param name="Kind">The kind of end.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="RetryAfter">The pause the server asked for; null when it did not.</param>
/// <param name="WasHeard">True when the server had begun to answer.</param>
internal readonly record struct SessionEnd(SessionEndKind Kind, string Reason, TimeSpan? RetryAfter = null, bool WasHeard = false)
{
    /// <summary>The kind as metrics name it.</summary>
    public string Tag => Kind switch
    {
        SessionEndKind.Joined => "joined",
        SessionEndKind.PollsDone => "polls_done",
        SessionEndKind.Bye => "bye",
        SessionEndKind.Lost => "lost",
        SessionEndKind.NoStream => "no_stream",
        SessionEndKind.Busy => "busy",
        SessionEndKind.Failed => "failed",
        _ => "garbled",
    };
}
