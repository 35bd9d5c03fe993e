using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using Muster.Checks.Network;
using Muster.Model;
using Muster.Wire.Grpc;

namespace Muster.Checks.Probing;

/// <summary>
/// gRPC checks: a target is healthy when <c>grpc.health.v1.Health/Check</c> answers SERVING, for the whole server or for
/// the service named after a slash in the target.
/// </summary>
internal sealed class GrpcProber(TargetDialer dialer)
{
    /// <summary>An answer is a handful of bytes; this leaves room for fields from later versions.</summary>
    private const int MaxAnswerBytes = 1024;

    private const int MaxHeaderKilobytes = 64;

    private static readonly SslApplicationProtocol[] Protocols = [SslApplicationProtocol.Http2];

    public async ValueTask<ProbeResult> ProbeAsync(
        ProbeTarget probe, TargetPolicy policy, TimeSpan timeout, CancellationToken cancellationToken)
    {
        int slash = probe.Address.IndexOf('/');
        string authority = slash < 0 ? probe.Address : probe.Address[..slash];
        string service = slash < 0 ? "" : probe.Address[(slash + 1)..];
        if (!HostAndPort.TryParse(authority, out HostAndPort target))
        {
            return Failure(GrpcStatus.Unavailable, $"address {authority}: not host:port");
        }

        DialResult dialed = await dialer.DialAsync(target.Host, target.Port, policy, timeout, cancellationToken);
        if (dialed.Socket is null)
        {
            return NotConnected($"Error while dialing: {dialed.Error}");
        }

        try
        {
            await using ProbeStream stream = await ProbeStream.OpenAsync(dialed.Socket, probe.Tls, target.Host, Protocols, cancellationToken);
            return await CallAsync(probe, authority, service, stream.Stream, timeout, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return Failure(GrpcStatus.DeadlineExceeded, "context deadline exceeded");
        }
        catch (AuthenticationException e)
        {
            return NotConnected($"authentication handshake failed: {e.Message}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Failure(GrpcStatus.Unavailable, SocketErrorText.OfStream(e.InnerException ?? e));
        }
    }

    private static async ValueTask<ProbeResult> CallAsync(
        ProbeTarget probe, string authority, string service, Stream stream, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // a handler of its own, because one that is shared would send several probes over one connection
        using HttpMessageInvoker http = new(Handler());
        using HttpRequestMessage request = Request(probe, authority, service, timeout);
        request.Options.Set(ProbeConnection.Key, new ProbeConnection(stream));
        using HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            int code = (int)response.StatusCode;
            return Failure(GrpcStatus.OfHttp(code), $"unexpected HTTP status code received from server: {code} ({response.StatusCode})");
        }

        byte[] answer = new byte[MaxAnswerBytes];
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        int length = await body.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length == answer.Length)
        {
            return Failure(GrpcStatus.Internal, $"the answer is longer than {MaxAnswerBytes} bytes");
        }

        if (StatusOf(response) is not GrpcStatus.Ok and int status)
        {
            return Failure(status, Uri.UnescapeDataString(Find(response, "grpc-message") ?? ""));
        }

        if (!GrpcHealthMessage.TryReadStatus(answer.AsSpan(0, length), out GrpcHealthStatus health))
        {
            return Failure(GrpcStatus.Internal, "the answer is no health message");
        }

        return health == GrpcHealthStatus.Serving
            ? ProbeResult.Passing($"gRPC check {probe.Address}: success")
            : ProbeResult.Critical("gRPC application didn't report service healthy");
    }

    private static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = MaxHeaderKilobytes,
        MaxResponseDrainSize = 0,
        ConnectTimeout = Timeout.InfiniteTimeSpan,
        ConnectCallback = ProbeConnection.TakeAsync,
    };

    private static HttpRequestMessage Request(ProbeTarget probe, string authority, string service, TimeSpan timeout)
    {
        string scheme = probe.Tls is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        HttpRequestMessage request = new(HttpMethod.Post, $"{scheme}://{authority}/grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(GrpcHealthMessage.Request(service)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("User-Agent", "Consul Health Check");
        request.Headers.TryAddWithoutValidation("grpc-timeout", $"{(long)timeout.TotalMilliseconds}m");
        return request;
    }

    /// <summary>The call's status: after the answer or, of a server that has none to give, in its headers.</summary>
    private static int StatusOf(HttpResponseMessage response) =>
        int.TryParse(Find(response, "grpc-status"), out int status) ? status : GrpcStatus.OfHttp((int)response.StatusCode);

    private static string? Find(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.NonValidated.TryGetValues(name, out HeaderStringValues after) ? after.ToString()
        : response.Headers.NonValidated.TryGetValues(name, out HeaderStringValues before) ? before.ToString()
        : null;

    private static ProbeResult NotConnected(string reason) =>
        Failure(GrpcStatus.Unavailable, $"connection error: desc = \"transport: {reason}\"");

    private static ProbeResult Failure(int status, string reason) =>
        ProbeResult.Critical($"rpc error: code = {GrpcStatus.NameOf(status)} desc = {reason}");
}
