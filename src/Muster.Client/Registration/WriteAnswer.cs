using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Muster.Client.Streaming;

namespace Muster.Client.Registration;

/// <summary>
/// What an answer to a write means. Only what the registry itself says counts: a 404 of some proxy on the way is no reason to
/// register again, and a 200 with a page of HTML is no acknowledgement.
/// </summary>
internal static class WriteAnswer
{
    private const string TypePrefix = "urn:muster:problem:";

    /// <summary>An answer with a good status that is not the registry's.</summary>
    public static WriteOutcome NotUnderstood { get; } = new(WriteResult.Unavailable, "the answer is not the registry's");

    /// <summary>Judges a whole answer.</summary>
    public static WriteOutcome Judge(HttpResponseMessage response, ReadOnlySpan<byte> body, TimeProvider time)
    {
        int status = (int)response.StatusCode;
        string media = response.Content.Headers.ContentType?.MediaType ?? "";
        if (response.IsSuccessStatusCode)
        {
            bool ours = response.StatusCode == HttpStatusCode.NoContent || media == "application/json";
            return ours ? new WriteOutcome(WriteResult.Done) : NotUnderstood with { Detail = $"answered {status} with '{media}', which is not the registry's" };
        }

        RegistrationDocuments.Problem? problem =
            media == "application/problem+json" ? TryDecode(body, RegistrationJson.Default.Problem) : null;
        return Judge(status, problem) with { RetryAfter = HttpAnswers.RetryAfter(response, time) ?? TimeSpan.Zero };
    }

    /// <summary>Judges a status with its problem document.</summary>
    public static WriteOutcome Judge(int status, RegistrationDocuments.Problem? problem)
    {
        if (status is >= 200 and < 300)
        {
            return new WriteOutcome(WriteResult.Done);
        }

        string type = problem?.Type ?? "";
        type = type.StartsWith(TypePrefix, StringComparison.Ordinal) ? type[TypePrefix.Length..] : type;
        string detail = problem is null ? $"answered {status}" : $"answered {status} {type}: {problem.Detail ?? problem.Title}".TrimEnd(' ', ':');
        return (status, type) switch
        {
            (404, "unknown-instance") => new(WriteResult.UnknownInstance, detail),
            (409, "stale-epoch") => new(WriteResult.StaleEpoch, detail, problem!.CurrentEpoch),
            (429, _) or (>= 500, _) or (408, _) => new(WriteResult.Unavailable, detail),
            _ when problem is null => new(WriteResult.Unavailable, detail),
            _ => new(WriteResult.Refused, detail),
        };
    }

    /// <summary>Reads a JSON document; null when it is none, or another one.</summary>
    public static T? TryDecode<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
