using System.Net;

namespace Muster.Client.Streaming;

/// <summary>What answers that are no lists mean.</summary>
internal static class HttpAnswers
{
    public static TimeSpan? RetryAfter(HttpResponseMessage answer, TimeProvider time) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };

    /// <summary>The end that a status other than 200 means for a watch.</summary>
    public static SessionEnd ToEnd(HttpResponseMessage answer, TimeProvider time)
    {
        var reason = $"status {(int)answer.StatusCode}";
        return answer.StatusCode switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotAcceptable or HttpStatusCode.NotImplemented
                or HttpStatusCode.BadRequest or HttpStatusCode.UnsupportedMediaType => new SessionEnd(SessionEndKind.NoStream, reason),
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable =>
                new SessionEnd(SessionEndKind.Busy, reason, RetryAfter(answer, time)),
            _ => new SessionEnd(SessionEndKind.Failed, reason),
        };
    }

    public static bool HasContentType(HttpResponseMessage answer, string mediaType) =>
        string.Equals(answer.Content.Headers.ContentType?.MediaType, mediaType, StringComparison.OrdinalIgnoreCase);
}
