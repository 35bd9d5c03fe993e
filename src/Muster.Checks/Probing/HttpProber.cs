using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Muster.Checks.Network;
using Muster.Model;

namespace Muster.Checks.Probing;

/// <summary>
/// HTTP checks: 2xx passes, 429 warns, everything else is critical. One new connection per probe, HTTP/1.1, no
/// redirects, proxies, cookies or decompression; every size and the whole time are bounded.
/// </summary>
internal sealed class HttpProber : IDisposable
{
    private const int MaxHeaderKilobytes = 64;

    /// <summary>
    /// How much of a body is read. More than is kept, so that the usual health page is read to its end and its sender
    /// sees no broken connection.
    /// </summary>
    private const int MaxBodyBytes = 64 * 1024;

    private const int MaxLocationLength = 200;

    private readonly TargetDialer _dialer;
    private readonly HttpMessageInvoker _http;

    public HttpProber(TargetDialer dialer)
    {
        _dialer = dialer;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            MaxResponseDrainSize = 0,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,

            // nothing is pooled, so a dead peer is noticed by the next probe and no pool outlives its target
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = ProbeConnection.TakeAsync,
        });
    }

    public void Dispose() => _http.Dispose();

    public async ValueTask<ProbeResult> ProbeAsync(
        HttpProbe probe, TargetPolicy policy, TimeSpan timeout, CancellationToken cancellationToken)
    {
        string operation = Operation(probe);
        if (!HttpRequest.TryCreate(probe, out HttpRequestMessage? request, out string? error))
        {
            return ProbeResult.Critical($"{operation}: {error}");
        }

        using (request)
        {
            Uri url = request.RequestUri!;
            DialResult dialed = await _dialer.DialAsync(url.IdnHost, url.Port, policy, timeout, cancellationToken);
            if (dialed.Socket is null)
            {
                return ProbeResult.Critical($"{operation}: {dialed.Error}");
            }

            await using NetworkStream transport = new(dialed.Socket, ownsSocket: true);
            try
            {
                return await ExchangeAsync(probe, request, transport, timeout, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return ProbeResult.Critical($"{operation}: context deadline exceeded (no answer within {Seconds(timeout)})");
            }
            catch (AuthenticationException e)
            {
                return ProbeResult.Critical($"{operation}: {e.Message}");
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                return ProbeResult.Critical($"{operation}: {Describe(e)}");
            }
        }
    }

    private async ValueTask<ProbeResult> ExchangeAsync(
        HttpProbe probe, HttpRequestMessage request, NetworkStream transport, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Uri url = request.RequestUri!;
        await using SslStream? tls = url.Scheme == Uri.UriSchemeHttps
            ? await new TlsSession(
                new ProbeTls { ServerName = probe.TlsServerName, SkipVerify = probe.TlsSkipVerify }, url.IdnHost, [SslApplicationProtocol.Http11])
                .AuthenticateAsync(transport, cancellationToken)
            : null;
        request.Options.Set(ProbeConnection.Key, new ProbeConnection(tls ?? (Stream)transport));

        using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
        BodyText body = await BodyText.ReadAsync(response.Content, OutputText.MaxBytes, MaxBodyBytes, cancellationToken);
        string answer = $"HTTP {request.Method} {Redacted(probe.Url)}: {StatusLine(response)}{RedirectNote(response)}";
        return body.TimedOut
            ? ProbeResult.Critical($"{answer}, but the body did not end within {Seconds(timeout)} Output: {body.Text}")
            : new ProbeResult(StatusOf(response.StatusCode), $"{answer} Output: {body.Text}");
    }

    private static HealthStatus StatusOf(HttpStatusCode code) => (int)code switch
    {
        >= 200 and <= 299 => HealthStatus.Passing,
        429 => HealthStatus.Warning,
        _ => HealthStatus.Critical,
    };

    private static string StatusLine(HttpResponseMessage response) =>
        string.IsNullOrEmpty(response.ReasonPhrase) ? $"{(int)response.StatusCode}" : $"{(int)response.StatusCode} {response.ReasonPhrase}";

    private static string RedirectNote(HttpResponseMessage response)
    {
        if ((int)response.StatusCode is < 300 or > 399 || !response.Headers.NonValidated.TryGetValues("Location", out HeaderStringValues values))
        {
            return "";
        }

        string location = values.ToString();
        return $" (redirect to {(location.Length > MaxLocationLength ? location[..MaxLocationLength] + "..." : location)} not followed)";
    }

    /// <summary>The beginning of every failure's text, as <c>Get "http://host/"</c>.</summary>
    private static string Operation(HttpProbe probe)
    {
        string method = probe.Method.Length == 0 ? "GET" : probe.Method;
        return $"{method[..1].ToUpperInvariant()}{method[1..].ToLowerInvariant()} \"{Redacted(probe.Url)}\"";
    }

    /// <summary>The URL as it was given, without a password in it.</summary>
    private static string Redacted(string text)
    {
        if (!text.Contains('@') || !Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || !url.UserInfo.Contains(':'))
        {
            return text;
        }

        string user = url.UserInfo[..url.UserInfo.IndexOf(':')];
        return text.Replace($"{url.UserInfo}@", $"{user}:xxxxx@");
    }

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.###}s";

    private static string Describe(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "malformed HTTP response",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "EOF: the connection was closed within the answer",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
            $"response headers exceed {MaxHeaderKilobytes} KiB",
        _ when SocketErrorIn(e) is SocketError.ConnectionReset => "read: connection reset by peer",
        _ => (e.InnerException ?? e).Message,
    };

    private static SocketError? SocketErrorIn(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is SocketException socket)
            {
                return socket.SocketErrorCode;
            }
        }

        return null;
    }
}
