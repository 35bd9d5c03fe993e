using System.Net;
using System.Net.Sockets;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Http;

/// <summary>What the end of an HTTP exchange says about the instance, and whether the request may have reached it.</summary>
/// <param name="Result">What is reported.</param>
/// <param name="WasSent">False only when it is certain that no byte of the request was sent.</param>
internal readonly record struct CallOutcome(CallResult Result, bool WasSent)
{
    public static CallOutcome Of(HttpStatusCode status) =>
        new(status is >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented and not HttpStatusCode.HttpVersionNotSupported
            ? CallResult.ServerError
            : CallResult.Success, WasSent: true);

    /// <param name="failure">What the exchange ended with.</param>
    /// <param name="waited">How long the caller had waited.</param>
    /// <param name="timeoutAfter">From how long on a caller that gives up tells of the instance.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public static CallOutcome Of(Exception failure, TimeSpan waited, TimeSpan timeoutAfter, CancellationToken cancellationToken) => failure switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested =>
            new(waited >= timeoutAfter ? CallResult.Timeout : CallResult.Abandoned, WasSent: true),
        OperationCanceledException or TimeoutException => new(CallResult.Timeout, WasSent: true),
        HttpRequestException request => Of(request),
        IOException or SocketException => new(CallResult.ConnectionFailed, WasSent: true),
        _ => new(CallResult.Abandoned, WasSent: true),
    };

    private static CallOutcome Of(HttpRequestException failure)
    {
        bool isBeforeSending = failure.HttpRequestError
            is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
        bool isRefused = isBeforeSending && failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
        return new CallOutcome(isRefused ? CallResult.ConnectionRefused : CallResult.ConnectionFailed, WasSent: !isBeforeSending);
    }
}
