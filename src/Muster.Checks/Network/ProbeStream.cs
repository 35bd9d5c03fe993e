using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Muster.Model;

namespace Muster.Checks.Network;

/// <summary>A connection to a target, with TLS on it if the check wants that.</summary>
internal sealed class ProbeStream : IAsyncDisposable
{
    private readonly NetworkStream _transport;
    private readonly SslStream? _tls;

    private ProbeStream(NetworkStream transport, SslStream? tls)
    {
        _transport = transport;
        _tls = tls;
    }

    public Stream Stream => _tls ?? (Stream)_transport;

    /// <summary>
    /// Takes over a connected socket and, if asked, agrees on TLS. Throws what the handshake throws:
    /// <see cref="AuthenticationException"/> with a reason for people, <see cref="IOException"/>, or cancellation.
    /// </summary>
    public static async ValueTask<ProbeStream> OpenAsync(
        Socket socket, ProbeTls? tls, string host, IReadOnlyList<SslApplicationProtocol> protocols, CancellationToken cancellationToken)
    {
        NetworkStream transport = new(socket, ownsSocket: true);
        try
        {
            return new ProbeStream(
                transport,
                tls is null ? null : await new TlsSession(tls, host, protocols).AuthenticateAsync(transport, cancellationToken));
        }
        catch
        {
            await transport.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_tls is not null)
        {
            await _tls.DisposeAsync();
        }

        await _transport.DisposeAsync();
    }
}
