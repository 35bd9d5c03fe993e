using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Muster.Protocols.Rest.Writing;

/// <summary>Reads the JSON body of a request, within a bound.</summary>
internal static class RequestBody
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };

    /// <summary>The bytes of the body; null when the request was answered with why they are not taken.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(RestCall call, int most)
    {
        HttpContext context = call.Context;
        if (!context.Request.HasJsonContentType())
        {
            await Problems.NotJson.WriteAsync(context, "send the body with Content-Type: application/json");
            return null;
        }

        if (await call.ReadBodyAsync(most) is { } body)
        {
            return body;
        }

        await Problems.TooLarge.WriteAsync(context, $"the body must be at most {most} bytes");
        return null;
    }

    /// <summary>Reads an object. Null when it is none, or anything in it was wrong; then <paramref name="errors"/> says what.</summary>
    public static T? Parse<T>(ReadOnlyMemory<byte> body, FieldErrors errors, Func<JsonFields, T> read)
        where T : class
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, s_strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors.Add("body", "must be a JSON object");
                return null;
            }

            T value = read(new JsonFields(document.RootElement, "", errors));
            return errors.Any ? null : value;
        }
        catch (JsonException error)
        {
            errors.Add("body", "is not JSON: " + error.Message);
            return null;
        }
        catch (InvalidOperationException)
        {
            // half a surrogate pair, which JSON can spell and text cannot hold
            errors.Add("body", "contains a text that is not Unicode");
            return null;
        }
    }
}
