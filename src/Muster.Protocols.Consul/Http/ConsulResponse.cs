using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Http;

/// <summary>Writes answers. The hot ones complete synchronously and allocate nothing.</summary>
internal static class ConsulResponse
{
    /// <summary>
    /// What is handed to the server at once. It copies all of it before it waits for the client: a large answer given
    /// whole would lie in memory once for every client that does not read, and its time-out would be as long as the
    /// answer.
    /// </summary>
    private const int LargestWrite = 192 * 1024;

    /// <summary>200 with an empty body, the answer of most writes.</summary>
    public static Task EmptyAsync(HttpContext context)
    {
        SetCommonHeaders(context.Response);
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    /// <summary>A plain-text error, as every error is.</summary>
    public static Task ErrorAsync(HttpContext context, int status, string message)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        SetCommonHeaders(response);
        response.Headers.ContentType = ConsulHeaders.PlainText;
        return WriteBodyAsync(response, System.Text.Encoding.UTF8.GetBytes(message));
    }

    /// <summary>A plain text that is no error; the status code is the caller's.</summary>
    public static Task TextAsync(HttpContext context, string text, string? mediaType = null)
    {
        SetCommonHeaders(context.Response);
        context.Response.Headers.ContentType = mediaType ?? ConsulHeaders.PlainText;
        return WriteBodyAsync(context.Response, System.Text.Encoding.UTF8.GetBytes(text));
    }

    /// <summary>A JSON answer: indented when asked for, compressed when large and allowed.</summary>
    public static Task JsonAsync(in ConsulRequest request, ReadOnlyMemory<byte> json)
    {
        HttpResponse response = request.Context.Response;
        SetCommonHeaders(response);
        response.Headers.ContentType = ConsulHeaders.Json;
        if (request.Query.Pretty)
        {
            json = GoJsonIndenter.Indent(json.Span);
        }

        if (json.Length >= Compression.SmallestBody && Compression.IsAccepted(request.Context.Request.Headers))
        {
            response.Headers.ContentEncoding = ConsulHeaders.Gzip;
            json = Compression.Gzip(json.Span);
        }

        return WriteBodyAsync(response, json);
    }

    /// <summary>True when a body of this length that is kept compressed goes out so.</summary>
    public static bool TakesCompressed(in ConsulRequest request, int length) =>
        length >= Compression.SmallestBody && !request.Query.Pretty && Compression.IsAccepted(request.Context.Request.Headers);

    /// <summary>A JSON answer that is kept in both forms.</summary>
    public static Task KeptJsonAsync(in ConsulRequest request, KeptAnswer answer) => TakesCompressed(request, answer.Json.Length)
        ? GzippedJsonAsync(request.Context, answer.Compressed)
        : JsonAsync(request, answer.Json);

    /// <summary>A JSON answer from a rented writer, which is given back once the answer is sent.</summary>
    public static Task JsonAsync(in ConsulRequest request, GoJsonWriter json)
    {
        Task answer = JsonAsync(request, json.WrittenMemory);
        if (!answer.IsCompletedSuccessfully)
        {
            return ReturnAfterAsync(answer, json);
        }

        json.Return();
        return answer;
    }

    /// <summary>A JSON answer that is compressed already.</summary>
    public static Task GzippedJsonAsync(HttpContext context, ReadOnlyMemory<byte> gzipped)
    {
        HttpResponse response = context.Response;
        SetCommonHeaders(response);
        response.Headers.ContentType = ConsulHeaders.Json;
        response.Headers.ContentEncoding = ConsulHeaders.Gzip;
        return WriteBodyAsync(response, gzipped);
    }

    /// <summary>The headers of every answer whatsoever.</summary>
    public static void SetCommonHeaders(HttpResponse response)
    {
        IHeaderDictionary headers = response.Headers;
        headers.Vary = ConsulHeaders.AcceptEncoding;
        headers[ConsulHeaders.DefaultAclPolicy] = ConsulHeaders.Allow;
    }

    private static async Task ReturnAfterAsync(Task answer, GoJsonWriter json)
    {
        await answer;
        json.Return();
    }

    private static async Task WriteInPiecesAsync(PipeWriter writer, ReadOnlyMemory<byte> body)
    {
        for (int sent = 0; sent < body.Length; sent += LargestWrite)
        {
            int length = Math.Min(LargestWrite, body.Length - sent);
            FlushResult written = await writer.WriteAsync(body.Slice(sent, length));
            if (written.IsCompleted)
            {
                // nobody reads any more
                return;
            }
        }
    }

    private static Task WriteBodyAsync(HttpResponse response, ReadOnlyMemory<byte> body)
    {
        response.ContentLength = body.Length;
        if (body.Length > LargestWrite)
        {
            return WriteInPiecesAsync(response.BodyWriter, body);
        }

        ValueTask<FlushResult> write = response.BodyWriter.WriteAsync(body);
        if (!write.IsCompletedSuccessfully)
        {
            return write.AsTask();
        }

        write.GetAwaiter().GetResult();
        return Task.CompletedTask;
    }
}
