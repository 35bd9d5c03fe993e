using System.Net;
using System.Net.Sockets;
using Muster.Client.Http;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Tests.Http;

public sealed class CallOutcomeTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    public static TheoryData<string, string, bool> Failures => new()
    {
        { "refused", nameof(CallResult.ConnectionRefused), false },
        { "unreachable", nameof(CallResult.ConnectionFailed), false },
        { "tls", nameof(CallResult.ConnectionFailed), false },
        { "dns", nameof(CallResult.ConnectionFailed), false },
        { "ended", nameof(CallResult.ConnectionFailed), true },
        { "reset", nameof(CallResult.ConnectionFailed), true },
        { "refused later", nameof(CallResult.ConnectionFailed), true },
        { "timeout", nameof(CallResult.Timeout), true },
        { "connect timeout", nameof(CallResult.Timeout), true },
        { "caller's mistake", nameof(CallResult.Abandoned), true },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Of_Failure_SaysWhatItMeans(string failure, string result, bool wasSent) =>
        Assert.Equal(new CallOutcome(Enum.Parse<CallResult>(result), wasSent), CallOutcome.Of(Failure(failure), TimeSpan.Zero, s_limit, CancellationToken.None));

    [Theory]
    [InlineData(1_999, nameof(CallResult.Abandoned))]
    [InlineData(2_000, nameof(CallResult.Timeout))]
    public void Of_Cancellation_DependsOnTheWait(int milliseconds, string result) => Assert.Equal(
        Enum.Parse<CallResult>(result),
        CallOutcome.Of(new TaskCanceledException(), TimeSpan.FromMilliseconds(milliseconds), s_limit, new CancellationToken(canceled: true)).Result);

    [Theory]
    [InlineData(200, nameof(CallResult.Success))]
    [InlineData(302, nameof(CallResult.Success))]
    [InlineData(404, nameof(CallResult.Success))]
    [InlineData(429, nameof(CallResult.Success))]
    [InlineData(500, nameof(CallResult.ServerError))]
    [InlineData(501, nameof(CallResult.Success))]
    [InlineData(502, nameof(CallResult.ServerError))]
    [InlineData(503, nameof(CallResult.ServerError))]
    [InlineData(504, nameof(CallResult.ServerError))]
    [InlineData(505, nameof(CallResult.Success))]
    [InlineData(599, nameof(CallResult.ServerError))]
    public void Of_Status_SaysWhoFailed(int status, string result) =>
        Assert.Equal(new CallOutcome(Enum.Parse<CallResult>(result), WasSent: true), CallOutcome.Of((HttpStatusCode)status));

    private static Exception Failure(string kind) => kind switch
    {
        "refused" => new HttpRequestException(HttpRequestError.ConnectionError, "", new SocketException((int)SocketError.ConnectionRefused)),
        "unreachable" => new HttpRequestException(HttpRequestError.ConnectionError, "", new SocketException((int)SocketError.HostUnreachable)),
        "tls" => new HttpRequestException(HttpRequestError.SecureConnectionError),
        "dns" => new HttpRequestException(HttpRequestError.NameResolutionError),
        "ended" => new HttpRequestException(HttpRequestError.ResponseEnded),
        "reset" => new HttpRequestException("", new IOException("", new SocketException((int)SocketError.ConnectionReset))),
        "refused later" => new HttpRequestException("", new SocketException((int)SocketError.ConnectionRefused)),
        "timeout" => new TimeoutException(),
        "connect timeout" => new TaskCanceledException("", new TimeoutException()),
        _ => new InvalidOperationException(),
    };
}
