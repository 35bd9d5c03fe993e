using System.Net.Sockets;

namespace Muster.Cluster.Sockets;

/// <summary>Has both sides of a fresh connection prove themselves: by TLS where it is on, and then by the handshake.</summary>
internal sealed class PeerProof(PeerSocketOptions options)
{
    private readonly PeerSecret _secret = new(options.Secret);
    private volatile PeerTls? _tls = options.Tls;
    private PeerHandshake? _handshake;

    /// <summary>Before anything is proved.</summary>
    /// <param name="describe">What this server says about itself, asked anew for every connection.</param>
    public void Start(Func<PeerHello> describe) => _handshake = new PeerHandshake(_secret, describe);

    /// <summary>Shows and asks for other certificates on the connections made from now on.</summary>
    public void UseTls(PeerTls tls) => _tls = tls;

    /// <summary>For a connection to a server that was called by this name or address. The stream is the caller's.</summary>
    public async Task<(Stream Stream, HandshakeResult Result)> DialAsync(Socket socket, string host, CancellationToken cancellation)
    {
        Stream stream = new NetworkStream(PeerSockets.Prepare(socket), ownsSocket: true);
        try
        {
            stream = _tls is { } tls ? await tls.DialAsync(stream, host, cancellation).ConfigureAwait(false) : stream;
            return (stream, await _handshake!.DialAsync(stream, cancellation).ConfigureAwait(false));
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>For a connection from this address. The stream is the caller's.</summary>
    public async Task<(Stream Stream, HandshakeResult Result)> AcceptAsync(Socket socket, string address, CancellationToken cancellation)
    {
        Stream stream = new NetworkStream(PeerSockets.Prepare(socket), ownsSocket: true);
        try
        {
            stream = _tls is { } tls ? await tls.AcceptAsync(stream, address, cancellation).ConfigureAwait(false) : stream;
            return (stream, await _handshake!.AcceptAsync(stream, cancellation).ConfigureAwait(false));
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
