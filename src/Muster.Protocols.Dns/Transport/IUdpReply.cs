namespace Muster.Protocols.Dns.Transport;

/// <summary>The way back to one client whose answer takes time.</summary>
internal interface IUdpReply
{
    /// <summary>Sends the response; throws when the socket is closed or the system refuses.</summary>
    void Send(ReadOnlySpan<byte> response);
}
