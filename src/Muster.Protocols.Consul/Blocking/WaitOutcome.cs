namespace Muster.Protocols.Consul.Blocking;

/// <summary>Why a blocked query goes on.</summary>
internal enum WaitOutcome
{
    /// <summary>Still waiting.</summary>
    None,

    /// <summary>Something changed: read again.</summary>
    Changed,

    /// <summary>The time is up, or the server is stopping: answer with what there is.</summary>
    Ended,

    /// <summary>The client went away: nobody is left to answer.</summary>
    Abandoned,
}
