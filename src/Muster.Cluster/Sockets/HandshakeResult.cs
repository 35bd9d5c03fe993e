namespace Muster.Cluster.Sockets;

/// <summary>What came of a handshake: the peer, or why there is none.</summary>
internal readonly record struct HandshakeResult(HandshakeFailure Failure, PeerHello? Hello = null);
