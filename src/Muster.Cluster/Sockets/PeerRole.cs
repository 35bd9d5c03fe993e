namespace Muster.Cluster.Sockets;

/// <summary>Which end of a connection a server is.</summary>
internal enum PeerRole : byte
{
    Dialer = (byte)'D',
    Listener = (byte)'L',
}
