namespace Muster.Client.Streaming;

/// <summary>What a line of the watch stream is about.</summary>
internal enum StreamLineKind
{
    /// <summary>A type that this version does not know; ignored.</summary>
    Other,

    /// <summary>The first line.</summary>
    Hello,

    /// <summary>News of a service.</summary>
    News,

    /// <summary>A service begins anew; a snapshot follows.</summary>
    Resync,

    /// <summary>Nothing has changed, and the server lives.</summary>
    Idle,

    /// <summary>The last line.</summary>
    Bye,
}
