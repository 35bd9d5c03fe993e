using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Muster.Protocols.Rest;

/// <summary>One error of one request, written as a problem document (RFC 9457).</summary>
/// <param name="Problem">What kind it is.</param>
/// <param name="Detail">What it is about in this case.</param>
internal sealed record Failure(Problem Problem, string Detail)
{
    /// <summary>When a client that met a limit should try again.</summary>
    public const string RetryAfterSeconds = "10";

    /// <summary>All that is wrong with the request, null when that is not what the error is about.</summary>
    public FieldErrors? Errors { get; private init; }

    /// <summary>The epoch that a stale one lost against, null for other errors.</summary>
    public long? CurrentEpoch { get; init; }

    /// <summary>The failure of a request with wrong members.</summary>
    public static Failure Of(Problem problem, FieldErrors errors) =>
        new(problem, string.Join("; ", errors.All.Select(error => $"{error.Field}: {error.Message}"))) { Errors = errors };

    /// <summary>Answers with the document.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        ReadOnlyMemory<byte> document = RestCall.Encode(Write);
        if (Problem.Status == StatusCodes.Status429TooManyRequests && context.Response.Headers.RetryAfter.Count == 0)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        context.Response.StatusCode = Problem.Status;
        context.Response.ContentType = "application/problem+json";
        context.Response.ContentLength = document.Length;
        await context.Response.Body.WriteAsync(document, context.RequestAborted);
    }

    /// <summary>Writes the document, alone or within another one.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", Problem.Urn);
        json.WriteString("title", Problem.Title);
        json.WriteNumber("status", Problem.Status);
        json.WriteString("detail", Detail);
        if (CurrentEpoch is { } epoch)
        {
            json.WriteNumber("currentEpoch", epoch);
        }

        if (Errors is not null)
        {
            json.WriteStartArray("errors");
            foreach ((string field, string message) in Errors.All)
            {
                json.WriteStartObject();
                json.WriteString("field", field);
                json.WriteString("message", message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
