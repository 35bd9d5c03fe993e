namespace Muster.Protocols.Rest.Watch;

/// <summary>What a watch may have to react to.</summary>
[Flags]
internal enum StreamEvents
{
    None = 0,

    /// <summary>A service changed.</summary>
    Changed = 1,

    /// <summary>The pause after the last lines is over.</summary>
    Rested = 2,

    /// <summary>Nothing was written for long.</summary>
    Silent = 4,

    /// <summary>The server is about to stop.</summary>
    Stopping = 8,

    /// <summary>The reader is gone, or too slow.</summary>
    Gone = 16,
}
