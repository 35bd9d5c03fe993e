using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Muster.Server.Cli.Api;

/// <summary>
/// Speaks the REST API for the command line. Whatever goes wrong becomes a <see cref="CommandFailedException"/> with a
/// sentence for the person at the keyboard and the exit code that belongs to it.
/// </summary>
internal sealed class RegistryClient : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    // a watch says every 15 s that it is alive
    private static readonly TimeSpan s_longestSilence = TimeSpan.FromSeconds(45);

    private readonly HttpClient _http;
    private readonly Uri _address;

    public RegistryClient(Uri address)
    {
        _address = address;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Reads a document as the server wrote it.</summary>
    public Task<byte[]> GetAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, null, cancellation);

    /// <summary>Sends a request and returns the body of the answer.</summary>
    public Task<byte[]> SendAsync(HttpMethod method, string path, byte[]? json, CancellationToken cancellation) =>
        ExchangeAsync(method, "/api/v1/" + path, json, Refused, cancellation);

    /// <summary>Sends a request to Consul's API, whose errors are plain text, and returns the body of the answer.</summary>
    public Task<byte[]> CallConsulAsync(HttpMethod method, string path, byte[]? json, CancellationToken cancellation) =>
        ExchangeAsync(method, "/v1/" + path, json, RefusedInText, cancellation);

    /// <summary>Opens a stream of lines and hands over each until the stream ends.</summary>
    public async Task ReadLinesAsync(string path, Action<string> onLine, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(s_longestSilence);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/" + path);
            using HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw Refused(answer, await answer.Content.ReadAsByteArrayAsync(silence.Token));
            }

            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(silence.Token));
            while (await reader.ReadLineAsync(silence.Token) is { } line)
            {
                silence.CancelAfter(s_longestSilence);
                onLine(line);
            }
        }
        catch (Exception error) when (IsConnectionTrouble(error) && !cancellation.IsCancellationRequested)
        {
            throw Unreachable(error);
        }
    }

    /// <summary>Reads a document of the server.</summary>
    public T Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("empty");
        }
        catch (JsonException error)
        {
            throw new CommandFailedException(ExitCode.Error, $"{_address} does not speak Muster's REST API: {error.Message}");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<byte[]> ExchangeAsync(
        HttpMethod method, string path, byte[]? json, Func<HttpResponseMessage, byte[], CommandFailedException> refused, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(s_patience);
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request, deadline.Token);
            byte[] body = await answer.Content.ReadAsByteArrayAsync(deadline.Token);
            return answer.IsSuccessStatusCode ? body : throw refused(answer, body);
        }
        catch (Exception error) when (IsConnectionTrouble(error) && !cancellation.IsCancellationRequested)
        {
            throw Unreachable(error);
        }
    }

    private CommandFailedException Refused(HttpResponseMessage answer, byte[] body)
    {
        int exitCode = answer.StatusCode == HttpStatusCode.NotFound ? ExitCode.NotFound : ExitCode.Error;
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return new CommandFailedException(ExitCode.Error, $"{_address} answered {(int)answer.StatusCode}; is it a Muster server?");
        }

        Problem problem = Parse(body, RegistryJson.Default.Problem);
        return new CommandFailedException(exitCode, problem.Detail.Length > 0 ? problem.Detail : problem.Title);
    }

    private CommandFailedException RefusedInText(HttpResponseMessage answer, byte[] body) => new(
        answer.StatusCode == HttpStatusCode.NotFound ? ExitCode.NotFound : ExitCode.Error,
        body.Length > 0 ? Encoding.UTF8.GetString(body).Trim() : $"{_address} answered {(int)answer.StatusCode}");

    private CommandFailedException Unreachable(Exception error) =>
        new(ExitCode.Unreachable, $"no answer from {_address}: {(error is OperationCanceledException ? "timed out" : error.Message)}\n" +
            "Start a server with \"muster agent -dev\", or name another with --http-addr or MUSTER_HTTP_ADDR.");

    private static bool IsConnectionTrouble(Exception error) => error is HttpRequestException or IOException or OperationCanceledException;
}
