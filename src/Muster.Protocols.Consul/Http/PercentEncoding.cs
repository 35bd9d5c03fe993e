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
    /// A path's argument: the server has decoded everything except <c>%2F</c>, which it leaves so that names may
    /// contain slashes without adding segments.
    /// </summary>
    public static string DecodeSlashes(string path) => path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
