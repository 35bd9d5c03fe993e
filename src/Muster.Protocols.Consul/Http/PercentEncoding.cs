namespace Muster.Protocols.Consul.Http;

/// <summary>Decodes what is left encoded in paths and query strings.</summary>
internal static class PercentEncoding
{
    /// <summary>A query value: <c>%XX</c> and <c>+</c> decoded. A broken escape stays as it is.</summary>
    public static string DecodeQueryValue(ReadOnlySpan<char> raw)
    {
        if (raw.IsEmpty)
        {
            return "";
        }

        string text = raw.ToString();
        if (raw.Contains('+'))
        {
            text = text.Replace('+', ' ');
        }

        return raw.Contains('%') ? Uri.UnescapeDataString(text) : text;
    }

    /// <summary>
    /// A path whose argument has an escape left. The server has decoded everything except <c>%2F</c>, which it leaves so
    /// that names may contain slashes without adding segments; what it shows as <c>%2F</c> may thus have been
    /// <c>%252F</c>. Only the target as it was sent tells one from the other.
    /// </summary>
    /// <param name="path">The path, decoded but for slashes.</param>
    /// <param name="argument">Where the argument begins.</param>
    /// <param name="target">The request's target as sent, if known.</param>
    public static string DecodeArgument(string path, int argument, string? target)
    {
        ReadOnlySpan<char> prefix = path.AsSpan(0, argument), sent = target;
        if (!sent.StartsWith(prefix, StringComparison.Ordinal))
        {
            return path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        }

        int query = sent.IndexOf('?');
        sent = query < 0 ? sent : sent[..query];
        return string.Concat(prefix, Uri.UnescapeDataString(sent[argument..]));
    }
}
