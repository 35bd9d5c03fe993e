using Microsoft.AspNetCore.Http;

namespace Muster.Protocols.Rest;

/// <summary>A kind of error, written as a problem document (RFC 9457).</summary>
/// <param name="Type">The end of the type's URN.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">What kind of error it is, the same every time.</param>
internal sealed record Problem(string Type, int Status, string Title)
{
    /// <summary>Answers with this problem and what it is about in this case.</summary>
    public Task WriteAsync(HttpContext context, string detail) => WriteAsync(context, detail, null);

    /// <summary>Answers with this problem and all the wrong members of the request.</summary>
    public Task WriteAsync(HttpContext context, FieldErrors errors) =>
        WriteAsync(context, string.Join("; ", errors.All.Select(error => $"{error.Field}: {error.Message}")), errors);

    private async Task WriteAsync(HttpContext context, string detail, FieldErrors? errors)
    {
        ReadOnlyMemory<byte> document = RestCall.Encode(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "urn:muster:problem:" + Type);
            json.WriteString("title", Title);
            json.WriteNumber("status", Status);
            json.WriteString("detail", detail);
            if (errors is not null)
            {
                json.WriteStartArray("errors");
                foreach ((string field, string message) in errors.All)
                {
                    json.WriteStartObject();
                    json.WriteString("field", field);
                    json.WriteString("message", message);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/problem+json";
        context.Response.ContentLength = document.Length;
        await context.Response.Body.WriteAsync(document, context.RequestAborted);
    }
}
