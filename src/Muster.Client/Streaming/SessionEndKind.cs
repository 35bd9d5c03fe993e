namespace Muster.Client.Streaming;

/// <summary>How an attempt to follow the registry through one server ended.</summary>
internal enum SessionEndKind
{
    /// <summary>It is opened anew at once, with services that joined meanwhile.</summary>
    Joined,

    /// <summary>The time to try the stream again has come.</summary>
    PollsDone,

    /// <summary>The server said good-bye.</summary>
    Bye,

    /// <summary>A connection that worked broke or fell silent.</summary>
    Lost,

    /// <summary>The server has no watch stream, or it does not get through.</summary>
    NoStream,

    /// <summary>The server asks to come later.</summary>
    Busy,

    /// <summary>The server cannot be reached, or fails.</summary>
    Failed,

    /// <summary>The server said what cannot be believed.</summary>
    Garbled,
}
