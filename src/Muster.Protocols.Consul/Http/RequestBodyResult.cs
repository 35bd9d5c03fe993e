namespace Muster.Protocols.Consul.Http;

/// <summary>How reading a body ended.</summary>
internal enum RequestBodyResult
{
    /// <summary>All of it is there.</summary>
    Complete,

    /// <summary>It is longer than allowed: answer 413.</summary>
    TooLarge,

    /// <summary>The client went away, sent it too slowly or broke the protocol: answer 400, for whoever still listens.</summary>
    Aborted,
}
