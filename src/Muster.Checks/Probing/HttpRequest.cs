using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text;
using Muster.Model;

namespace Muster.Checks.Probing;

/// <summary>Builds the request of an HTTP check.</summary>
internal static class HttpRequest
{
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\r\n\0");

    /// <summary>Makes the request, or says what is wrong with the definition.</summary>
    public static bool TryCreate(
        HttpProbe probe, [NotNullWhen(true)] out HttpRequestMessage? request, [NotNullWhen(false)] out string? error)
    {
        request = null;
        if (!Uri.TryCreate(probe.Url, UriKind.Absolute, out Uri? url) || url.Host.Length == 0)
        {
            error = "not an absolute URL";
            return false;
        }

        if (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
        {
            error = $"unsupported protocol scheme \"{url.Scheme}\"";
            return false;
        }

        if (!TryParseMethod(probe.Method, out HttpMethod? method))
        {
            error = $"invalid method \"{probe.Method}\"";
            return false;
        }

        HttpRequestMessage created = new(method, url)
        {
            Content = probe.Body.Length == 0 ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(probe.Body)),
        };
        if (!TryAddHeaders(created, probe, out error))
        {
            created.Dispose();
            return false;
        }

        AddDefaults(created.Headers, url);
        request = created;
        return true;
    }

    private static bool TryParseMethod(string text, [NotNullWhen(true)] out HttpMethod? method)
    {
        method = null;
        try
        {
            // CONNECT asks a server to become a tunnel, which no health endpoint is
            method = text.Length == 0 ? HttpMethod.Get : HttpMethod.Parse(text);
            return method != HttpMethod.Connect;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool TryAddHeaders(HttpRequestMessage request, HttpProbe probe, [NotNullWhen(false)] out string? error)
    {
        foreach ((string name, IReadOnlyList<string> values) in probe.Headers)
        {
            if (FramesMessage(name))
            {
                continue;
            }

            foreach (string value in values)
            {
                if (value.AsSpan().ContainsAny(LineEnds) || !TryAddHeader(request, name, value))
                {
                    error = $"invalid header \"{name}\"";
                    return false;
                }
            }
        }

        error = null;
        return true;
    }

    /// <summary>Headers that say where a message ends or how long a connection lives; those are the sender's business.</summary>
    private static bool FramesMessage(string name) =>
        name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Connection", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Trailer", StringComparison.OrdinalIgnoreCase);

    private static bool TryAddHeader(HttpRequestMessage request, string name, string value)
    {
        if (request.Headers.TryAddWithoutValidation(name, value))
        {
            return true;
        }

        // not a request header, so one that describes a body, such as Content-Type
        request.Content ??= new ByteArrayContent([]);
        return request.Content.Headers.TryAddWithoutValidation(name, value);
    }

    private static void AddDefaults(HttpRequestHeaders headers, Uri url)
    {
        headers.ConnectionClose = true;
        if (!headers.NonValidated.Contains("User-Agent"))
        {
            headers.TryAddWithoutValidation("User-Agent", "Consul Health Check");
        }

        if (!headers.NonValidated.Contains("Accept"))
        {
            headers.TryAddWithoutValidation("Accept", "text/plain, text/*, */*");
        }

        if (url.UserInfo.Length > 0 && !headers.NonValidated.Contains("Authorization"))
        {
            byte[] credentials = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo));
            headers.TryAddWithoutValidation("Authorization", $"Basic {Convert.ToBase64String(credentials)}");
        }
    }
}
