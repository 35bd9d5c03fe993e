using System.Net;
using System.Net.Http.Headers;
using Muster.Protocols.Rest;

namespace Muster.Simulation.Cluster.Readers;

/// <summary>The HTTP client of a simulated reader: requests go to simulated servers, over ways that may be cut.</summary>
internal sealed class ReaderHandler(IWorld world, SimulatedReader reader) : HttpMessageHandler
{
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(500);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ClusterServer server = world.Servers[int.Parse(request.RequestUri!.Host.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)];
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        cancellationToken.UnsafeRegister(static (answer, token) => ((TaskCompletionSource<HttpResponseMessage>)answer!).TrySetCanceled(token), answer);
        TimeSpan delay = reader.Site == server.Index ? TimeSpan.FromMicroseconds(200) : world.Network[reader.Site, server.Index].Delay;
        world.Agenda.In(delay, () => Arrive(server, request, answer, delay));
        return answer.Task;
    }

    /// <summary>The request gets there, now or as soon as it can; whoever asked has given up long before.</summary>
    private void Arrive(ClusterServer server, HttpRequestMessage request, TaskCompletionSource<HttpResponseMessage> answer, TimeSpan delay)
    {
        if (answer.Task.IsCompleted)
        {
            return;
        }

        if (!world.CanCall(reader.Site, server.Index) || server.IsPaused)
        {
            world.Agenda.In(s_again, () => Arrive(server, request, answer, delay));
        }
        else if (!server.IsUp)
        {
            Give(delay, () => answer.TrySetException(new HttpRequestException("Connection refused")));
        }
        else if (!server.IsReady)
        {
            var busy = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            busy.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(1));
            Give(delay, () => answer.TrySetResult(busy));
        }
        else
        {
            (HttpResponseMessage made, Action told) = request.Method == HttpMethod.Post ? Open(server, request) : Poll(server, request);
            Give(delay, () =>
            {
                if (answer.Task.IsCompleted)
                {
                    made.Dispose();
                    return;
                }

                told();
                answer.SetResult(made);
            });
        }
    }

    private void Give(TimeSpan delay, Action answer) => world.Agenda.In(delay, () => reader.Do(answer));

    private (HttpResponseMessage Answer, Action Told) Open(ClusterServer server, HttpRequestMessage request)
    {
        using var body = new MemoryStream();
        request.Content!.ReadAsStream().CopyTo(body);
        var connection = new ReaderConnection(world, server, reader);
        server.Serve(() => connection.Open(body.ToArray()));
        return (new HttpResponseMessage(HttpStatusCode.OK) { Content = new ReaderContent(connection.Body) }, () => { });
    }

    private (HttpResponseMessage Answer, Action Told) Poll(ClusterServer server, HttpRequestMessage request)
    {
        string service = request.RequestUri!.Segments[^1];
        RestMemo? memo = null;
        server.Serve(() => memo = server.Head.Answer(service));
        if (memo is null)
        {
            var unknown = new StringContent("""{"type":"urn:muster:problem:unknown-service"}""", new MediaTypeHeaderValue("application/problem+json"));
            return (new HttpResponseMessage(HttpStatusCode.NotFound) { Content = unknown }, () => reader.Book.TakePoll(service, null));
        }

        var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(memo.Json.ToArray()) };
        answer.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return (answer, () => reader.Book.TakePoll(service, memo.Json));
    }

    private sealed class ReaderContent : HttpContent
    {
        private readonly ReaderStream _stream;

        public ReaderContent(ReaderStream stream)
        {
            _stream = stream;
            Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        }

        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(_stream);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            _stream.Dispose();
            base.Dispose(disposing);
        }
    }
}
