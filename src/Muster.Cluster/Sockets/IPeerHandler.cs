namespace Muster.Cluster.Sockets;

/// <summary>Who is told what happens on the links. The calls come one after the other, from one thread.</summary>
public interface IPeerHandler
{
    /// <summary>Whether something waits to be sent at the next <see cref="Tick"/>, which then comes soon.</summary>
    bool HasWork { get; }

    /// <summary>Lets time pass.</summary>
    void Tick();

    /// <summary>A peer has proved itself.</summary>
    void OnConnected(ILink link, PeerHello hello, bool dialed);

    /// <summary>None of the addresses of a target led to a new peer.</summary>
    void OnDialFailed(string target, string reason);

    /// <summary>A message of a peer; the bytes are valid during the call.</summary>
    void OnMessage(ILink link, ReadOnlySpan<byte> message);

    /// <summary>
    /// The call with a message failed, which is a bug of this server. The message is passed over and the link stays: a peer
    /// would send it again after each new link, and could never tell anything else.
    /// </summary>
    void OnMessageFailed(ILink link, Exception error);

    /// <summary>A link that was connected has ended. Comes once, after its last message.</summary>
    void OnDisconnected(ILink link, string reason);
}
