namespace Muster.Cluster.Sockets;

/// <summary>Why a connection was not let in. The values up to <see cref="Malformed"/> go over the wire; none may change.</summary>
public enum HandshakeFailure
{
    /// <summary>It was let in.</summary>
    None = 0,

    /// <summary>The other side does not know the cluster's secret.</summary>
    WrongSecret = 1,

    /// <summary>The other side speaks no protocol that this one speaks.</summary>
    NoCommonProtocol = 2,

    /// <summary>What the other side said of itself cannot be read.</summary>
    Malformed = 3,

    /// <summary>The other side is this server.</summary>
    Self = 16,

    /// <summary>The other side does not speak the protocol of peers at all, or speaks TLS where this one does not.</summary>
    NotAPeer = 17,

    /// <summary>Nothing came in time.</summary>
    TimedOut = 18,

    /// <summary>The other side ended the connection.</summary>
    Closed = 19,

    /// <summary>No TLS could be agreed on: another certificate authority, an expired certificate, another name.</summary>
    Tls = 20,

    /// <summary>It had to give way to newer connections.</summary>
    Crowded = 21,

    /// <summary>Nobody listens there.</summary>
    Unreachable = 22,
}
