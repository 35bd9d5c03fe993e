using System.Net;
using System.Net.Http.Headers;
using Muster.Client.Directory;

namespace Muster.Client.Streaming;

/// <summary>Asks one server for each service in use, again and again, while there is no watch stream.</summary>
internal sealed class PollSession(FollowContext context)
{
    private static ReadOnlySpan<byte> UnknownService => "\"urn:muster:problem:unknown-service\""u8;
    private const int MostProblemBytes = 64 * 1024;
    private readonly HashSet<FollowedService> _asked = [];
    private bool _wasHeard;

    /// <summary>Polls until <paramref name="duration"/> is over or the server fails.</summary>
    public async Task<SessionEnd> RunAsync(Uri server, TimeSpan duration, CancellationToken stop)
    {
        TimeSpan end = context.Now + duration;
        foreach (FollowedService service in context.Directory.Services)
        {
            // whatever came since the last poll, the answer to come is a whole one
            service.ETag = null;
        }

        TimeSpan nextRound = TimeSpan.Zero;
        while (true)
        {
            (FollowedService[] services, CancellationToken joined) = context.Directory.Observe();
            bool isRound = context.Now >= nextRound;
            SessionEnd? failure = await AskAllAsync(server, services, isRound, stop).ConfigureAwait(false);
            if (failure is not null)
            {
                return failure.Value with { WasHeard = _wasHeard };
            }

            nextRound = isRound ? context.Now + Jittered(context.Options.PollInterval) : nextRound;
            TimeSpan pause = (nextRound < end ? nextRound : end) - context.Now;
            await WaitAsync(pause, joined, stop).ConfigureAwait(false);
            if (context.Now >= end)
            {
                return new SessionEnd(SessionEndKind.PollsDone, "the stream is tried again", WasHeard: true);
            }
        }
    }

    private TimeSpan Jittered(TimeSpan interval) => interval * (0.75 + (0.5 * context.Random.NextDouble()));

    private async Task WaitAsync(TimeSpan pause, CancellationToken joined, CancellationToken stop)
    {
        if (pause <= TimeSpan.Zero)
        {
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(joined, stop);
        try
        {
            // delays have whole milliseconds: rounded down, the rest would be waited for in a loop that does not wait
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds)), context.Time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // a service joined: it is asked for at once
        }
    }

    /// <summary>Asks for all services, or only for those not asked for yet; the end when the server as a whole fails.</summary>
    private async Task<SessionEnd?> AskAllAsync(Uri server, FollowedService[] services, bool isRound, CancellationToken stop)
    {
        var believed = 0;
        SessionEnd? last = null;
        // a service whose list the server cannot give ends the round: it must not keep the same others waiting each time
        int first = services.Length == 0 ? 0 : context.Random.Next(services.Length);
        for (var i = 0; i < services.Length; i++)
        {
            FollowedService service = services[(first + i) % services.Length];
            if (!_asked.Add(service) && !isRound)
            {
                continue;
            }

            last = await AskAsync(server, service, stop).ConfigureAwait(false);
            if (last is { Kind: SessionEndKind.Failed or SessionEndKind.Busy })
            {
                return last;
            }

            believed += last is null ? 1 : 0;
        }

        if (believed > 0)
        {
            _wasHeard = true;
            context.Directory.BeReachable();
        }

        return believed == 0 ? last : null;
    }

    private async Task<SessionEnd?> AskAsync(Uri server, FollowedService service, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(context.Options.PollTimeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        SessionEnd? end;
        try
        {
            using HttpRequestMessage request = Request(server, service);
            using HttpResponseMessage answer = await context.Http.SendAsync(request, either.Token).ConfigureAwait(false);
            end = await TakeAsync(service, answer, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            end = new SessionEnd(SessionEndKind.Failed, $"no answer in {context.Options.PollTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            end = new SessionEnd(SessionEndKind.Failed, e.Message);
        }

        context.Metrics.Polled(end?.Tag ?? "answered");
        return end;
    }

    private static HttpRequestMessage Request(Uri server, FollowedService service)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, $"api/v1/services/{Uri.EscapeDataString(service.Name)}?detail=endpoint"));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        if (service.ETag is { } tag)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        return request;
    }

    private async Task<SessionEnd?> TakeAsync(FollowedService service, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        switch (answer.StatusCode)
        {
            case HttpStatusCode.OK:
                return await TakeListAsync(service, answer, cancellationToken).ConfigureAwait(false);
            case HttpStatusCode.NotModified when service.ETag is not null:
                service.Take(new RegistryNews.StillSo(), context.Now);
                return null;
            case HttpStatusCode.NotFound when await IsUnknownServiceAsync(answer, cancellationToken).ConfigureAwait(false):
                service.ETag = null;
                service.Take(new RegistryNews.Listed([], [], null, 0, ViewSource.Poll), context.Now);
                return null;
            case HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable:
                return new SessionEnd(SessionEndKind.Busy, $"status {(int)answer.StatusCode}", HttpAnswers.RetryAfter(answer, context.Time));
            default:
                context.Metrics.Rejected(RejectReason.ErrorStatus);
                return new SessionEnd(SessionEndKind.Failed, $"status {(int)answer.StatusCode}");
        }
    }

    private async Task<SessionEnd?> TakeListAsync(FollowedService service, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (!HttpAnswers.HasContentType(answer, "application/json"))
        {
            return Refuse(service, RejectReason.WrongContentType);
        }

        using BoundedBody body = await BoundedBody.ReadAsync(answer.Content, context.Options.MaxAnswerBytes, cancellationToken).ConfigureAwait(false);
        if (body.Reason != RejectReason.None)
        {
            return Refuse(service, body.Reason);
        }

        RegistryNews.Listed? list = StreamLineReader.ReadAnswer(body.Bytes, service.Name, context.Options.MaxInstances, out RejectReason reason);
        if (list is null)
        {
            return Refuse(service, reason);
        }

        bool isBelieved = service.Take(list, context.Now);
        service.ETag = isBelieved ? answer.Headers.ETag?.ToString() : null;
        return isBelieved ? null : new SessionEnd(SessionEndKind.Garbled, "an answer could not be believed");
    }

    private SessionEnd Refuse(FollowedService service, RejectReason reason)
    {
        context.Metrics.Rejected(reason);
        DirectoryLog.Rejected(context.Log, service.Name, reason.ToTag());
        service.Take(new RegistryNews.Unheard($"the registry's answer could not be believed: {reason.ToTag()}"), context.Now);
        return new SessionEnd(SessionEndKind.Garbled, reason.ToTag());
    }

    /// <summary>A 404 tells that a service has no instance only when it says so: a proxy's 404 says nothing.</summary>
    private static async Task<bool> IsUnknownServiceAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (!HttpAnswers.HasContentType(answer, "application/problem+json"))
        {
            return false;
        }

        using BoundedBody body = await BoundedBody.ReadAsync(answer.Content, MostProblemBytes, cancellationToken).ConfigureAwait(false);
        return body.Bytes.IndexOf(UnknownService) >= 0;
    }
}
