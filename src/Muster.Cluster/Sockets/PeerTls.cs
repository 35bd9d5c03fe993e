using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Cluster.Sockets;

/// <summary>
/// TLS among peers: both sides show a certificate of the cluster's own authority, and no other authority counts. A
/// certificate must be valid for the name of all servers, or for the name or address under which its owner is met.
/// </summary>
public sealed class PeerTls
{
    private readonly SslStreamCertificateContext _own;
    private readonly X509Certificate2Collection _authority;
    private readonly string _serverName;

    private PeerTls(SslStreamCertificateContext own, X509Certificate2Collection authority, string serverName)
    {
        _own = own;
        _authority = authority;
        _serverName = serverName;
    }

    /// <summary>Reads certificates and key, all PEM.</summary>
    /// <param name="authorityFile">The authority's certificate, or several.</param>
    /// <param name="certificateFile">This server's certificate, and intermediate ones after it.</param>
    /// <param name="keyFile">The key of this server's certificate.</param>
    /// <param name="serverName">The name that stands for any server, such as <c>server.dc1.consul</c>.</param>
    /// <exception cref="IOException">A file cannot be read, or does not hold what it should; the message names it.</exception>
    public static PeerTls Load(string authorityFile, string certificateFile, string keyFile, string serverName)
    {
        var authority = new X509Certificate2Collection();
        var chain = new X509Certificate2Collection();
        Read("ca_file", authorityFile, () => Import(authority, authorityFile));
        Read("cert_file", certificateFile, () => Import(chain, certificateFile));
        X509Certificate2? own = null;
        Read("key_file", keyFile, () => own = X509Certificate2.CreateFromPemFile(certificateFile, keyFile));
        chain.RemoveAt(0);
        return new PeerTls(SslStreamCertificateContext.Create(own!, chain, offline: true), authority, serverName);
    }

    /// <summary>Agrees on TLS with a peer that was called by a name or an address.</summary>
    internal async Task<SslStream> DialAsync(Stream inner, string host, CancellationToken cancellation)
    {
        var stream = new SslStream(inner);
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    ClientCertificateContext = _own,
                    CertificateChainPolicy = Policy(),
                    RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsPeer(certificate, errors, host),
                },
                cancellation).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Agrees on TLS with a caller.</summary>
    internal async Task<SslStream> AcceptAsync(Stream inner, string address, CancellationToken cancellation)
    {
        var stream = new SslStream(inner);
        try
        {
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = _own,
                    ClientCertificateRequired = true,
                    CertificateChainPolicy = Policy(),
                    RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsPeer(certificate, errors, address),
                },
                cancellation).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Names are compared here in both directions; everything else was found by the chain's policy.</summary>
    private bool IsPeer(X509Certificate? certificate, SslPolicyErrors errors, string host) =>
        (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None
        && certificate is X509Certificate2 shown
        && (shown.MatchesHostname(_serverName) || shown.MatchesHostname(host));

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authority);
        return policy;
    }

    private static void Import(X509Certificate2Collection certificates, string file)
    {
        certificates.ImportFromPemFile(file);
        if (certificates.Count == 0)
        {
            throw new IOException("holds no certificate");
        }
    }

    private static void Read(string setting, string file, Action read)
    {
        try
        {
            read();
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException($"{setting} \"{file}\": {error.Message}", error);
        }
    }
}
