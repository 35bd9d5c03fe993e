using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Muster.Model;

namespace Muster.Checks.Network;

/// <summary>One TLS handshake as a client, keeping the reason why a certificate was turned down.</summary>
/// <param name="options">What the check says.</param>
/// <param name="host">The target's host, expected in the certificate unless the check names another.</param>
/// <param name="protocols">What to speak afterwards, offered to the server; may be empty.</param>
internal sealed class TlsSession(ProbeTls options, string host, IReadOnlyList<SslApplicationProtocol> protocols)
{
    private readonly string _serverName = options.ServerName.Length > 0 ? options.ServerName : host;
    private string? _rejection;

    /// <summary>Wraps a stream; throws <see cref="AuthenticationException"/> with a reason for people. The given stream stays the caller's.</summary>
    public async ValueTask<SslStream> AuthenticateAsync(Stream transport, CancellationToken cancellationToken)
    {
        SslStream tls = new(transport, leaveInnerStreamOpen: true);
        try
        {
            await tls.AuthenticateAsClientAsync(ClientOptions(), cancellationToken);
            return tls;
        }
        catch (Exception e)
        {
            await tls.DisposeAsync();
            if (e is AuthenticationException)
            {
                throw new AuthenticationException($"tls: {_rejection ?? (e.InnerException ?? e).Message}", e);
            }

            throw;
        }
    }

    private SslClientAuthenticationOptions ClientOptions() => new()
    {
        TargetHost = _serverName,
        ApplicationProtocols = protocols.Count == 0 ? null : [.. protocols],

        // every probe proves the whole handshake, and no session cache grows with the number of targets
        AllowTlsResume = false,
        RemoteCertificateValidationCallback = (_, _, chain, errors) => Accepts(chain, errors),

        // a certificate may name URLs to fetch its issuer from; following them would let a target choose where we connect
        CertificateChainPolicy = new X509ChainPolicy
        {
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
        },
    };

    private bool Accepts(X509Chain? chain, SslPolicyErrors errors)
    {
        if (options.SkipVerify || errors == SslPolicyErrors.None)
        {
            return true;
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            _rejection = "the server sent no certificate";
        }
        else if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            _rejection = $"certificate not trusted: {ChainProblems(chain)}";
        }
        else
        {
            _rejection = $"certificate is not valid for {_serverName}";
        }

        return false;
    }

    private static string ChainProblems(X509Chain? chain)
    {
        X509ChainStatusFlags problems = X509ChainStatusFlags.NoError;
        foreach (X509ChainStatus status in chain?.ChainStatus ?? [])
        {
            problems |= status.Status;
        }

        return problems switch
        {
            X509ChainStatusFlags.UntrustedRoot => "signed by an unknown authority",
            X509ChainStatusFlags.PartialChain => "its issuer is unknown",
            X509ChainStatusFlags.NotTimeValid => "expired or not yet valid",
            _ => problems.ToString(),
        };
    }
}
