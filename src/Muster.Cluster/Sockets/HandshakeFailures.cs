using System.Net.Sockets;
using System.Security.Authentication;

namespace Muster.Cluster.Sockets;

/// <summary>Reasons in words, for logs and for <c>muster members</c>.</summary>
public static class HandshakeFailures
{
    /// <summary>Why there is no link to a target that is this server: nothing went wrong.</summary>
    public const string Itself = "it is this server itself";

    /// <param name="failure">The reason.</param>
    /// <param name="detail">What the system said, empty for nothing.</param>
    internal static string Explain(this HandshakeFailure failure, string detail) => failure switch
    {
        HandshakeFailure.WrongSecret => "the cluster's secret differs",
        HandshakeFailure.NoCommonProtocol => "the versions of Muster have no protocol in common",
        HandshakeFailure.Malformed => "what it says about itself cannot be read",
        HandshakeFailure.Self => Itself,
        HandshakeFailure.NotAPeer => "it does not speak the protocol of Muster's peers, or only one side has TLS",
        HandshakeFailure.TimedOut => "it did not answer in time",
        HandshakeFailure.Closed => detail.Length > 0 ? detail : "it ended the connection; is the secret the same, and TLS on at both sides or at none?",
        HandshakeFailure.Tls => detail.Length > 0 ? $"no TLS: {detail}" : "no TLS could be agreed on: is the certificate of the same authority, still valid, and for this name?",
        HandshakeFailure.Crowded => "too many connections wait to prove themselves",
        HandshakeFailure.Unreachable => "nobody listens there",
        _ => failure.ToString(),
    };

    /// <summary>True for what goes wrong on a connection by itself, without an error in this server.</summary>
    internal static bool IsTrouble(Exception error) =>
        error is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    /// <summary>What trouble means for a connection that was given so much time.</summary>
    internal static HandshakeFailure Of(Exception trouble, CancellationTokenSource patience) => trouble switch
    {
        AuthenticationException => HandshakeFailure.Tls,
        EndOfStreamException => HandshakeFailure.Closed,
        _ when patience.IsCancellationRequested => HandshakeFailure.TimedOut,
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => HandshakeFailure.Unreachable,
        _ => HandshakeFailure.Closed,
    };
}
