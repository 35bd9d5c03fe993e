using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Muster.Protocols.Rest;

/// <summary>One request on its way through an endpoint.</summary>
/// <param name="Context">The request and its answer.</param>
/// <param name="Arguments">The path segments in the places of the pattern's stars, decoded.</param>
internal sealed record RestCall(HttpContext Context, string[] Arguments)
{
    /// <summary>Answers are <c>application/json</c> with <c>nosniff</c>, so nothing needs escaping for HTML, and quotes stay readable.</summary>
    internal static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int MostAnnounced = 64 * 1024;

    /// <summary>Cancelled when the client has gone.</summary>
    public CancellationToken Gone => Context.RequestAborted;

    /// <summary>The single value of a query parameter, null when it is not there.</summary>
    public string? Parameter(string name) => Context.Request.Query.TryGetValue(name, out var values) ? values[^1] : null;

    /// <summary>Answers with a document.</summary>
    public Task WriteJsonAsync(int status, Action<Utf8JsonWriter> write) => WriteBytesAsync(status, Encode(write));

    /// <summary>Answers with an encoded document.</summary>
    public async Task WriteBytesAsync(int status, ReadOnlyMemory<byte> json)
    {
        HttpResponse response = Context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        await response.Body.WriteAsync(json, Gone);
    }

    /// <summary>Answers with a document that is read: with its tag, and without itself when the reader has it already.</summary>
    public Task WriteReadAsync(Action<Utf8JsonWriter> write)
    {
        ReadOnlyMemory<byte> json = Encode(write);
        return WriteReadAsync(json, EntityTag.Of(json.Span));
    }

    /// <summary>As the other one, for a document whose tag is known.</summary>
    public Task WriteReadAsync(ReadOnlyMemory<byte> json, string tag)
    {
        Context.Response.Headers.ETag = tag;
        if (!EntityTag.IsAmong(Context.Request.Headers.IfNoneMatch, tag))
        {
            return WriteBytesAsync(StatusCodes.Status200OK, json);
        }

        Context.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }

    /// <summary>Reads the whole body; null when it is longer than allowed.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadBodyAsync(int longest)
    {
        if (Context.Request.ContentLength > longest)
        {
            return null;
        }

        // what a client announces is no reason to set aside megabytes for it
        using var body = new MemoryStream((int)Math.Min(Context.Request.ContentLength ?? 1024, MostAnnounced));
        byte[] chunk = new byte[4096];
        int read;
        while ((read = await Context.Request.Body.ReadAsync(chunk, Gone)) > 0)
        {
            if (body.Length + read > longest)
            {
                return null;
            }

            body.Write(chunk, 0, read);
        }

        return body.ToArray();
    }

    /// <summary>Encodes a document.</summary>
    public static ReadOnlyMemory<byte> Encode(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, JsonOptions);
        write(json);
        json.Flush();
        return buffer.WrittenMemory;
    }
}
