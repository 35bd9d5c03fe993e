using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Muster.Client.Http;

/// <summary>Which response bodies are followed to their end: those that take a time of their own.</summary>
/// <remarks>
/// Following a body costs some hundred bytes and a microsecond. It is not worth that for a short document, even one of unknown
/// length, as frameworks send JSON: when an instance dies in the middle of it, the next call shows it.
/// </remarks>
internal static class BodyObservation
{
    /// <summary>Bodies that say that they are at least so long are followed.</summary>
    private const long LongFrom = 64 * 1024;

    /// <summary>Bodies of these types are short unless they say otherwise.</summary>
    private static readonly string[] s_documents = ["application/json", "application/problem+json", "application/xml", "text/html", "text/plain", "text/xml"];

    public static bool IsWorthwhile(HttpRequestMessage request, HttpResponseMessage response)
    {
        // switched protocols and tunnels write to the stream as well
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols || request.Method == HttpMethod.Connect || request.Method == HttpMethod.Head)
        {
            return false;
        }

        HttpHeadersNonValidated headers = response.Content.Headers.NonValidated;
        if (headers.TryGetValues("Content-Length", out HeaderStringValues length))
        {
            return long.TryParse(length.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) && bytes >= LongFrom;
        }

        return headers.TryGetValues("Content-Type", out HeaderStringValues type) && !IsDocument(type.ToString());
    }

    private static bool IsDocument(string contentType)
    {
        ReadOnlySpan<char> mediaType = contentType.AsSpan();
        int parameters = mediaType.IndexOf(';');
        mediaType = (parameters < 0 ? mediaType : mediaType[..parameters]).Trim();
        foreach (string document in s_documents)
        {
            if (mediaType.Equals(document, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
