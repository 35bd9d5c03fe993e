namespace Muster.Model;

/// <summary>What an HTTP check sends.</summary>
/// <param name="Url">An absolute http or https URL.</param>
public sealed record HttpProbe(string Url)
{
    /// <summary>The method. Default <c>GET</c>.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>Request headers, each with one or more values.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Headers { get; init; } = [];

    /// <summary>The request body, empty for none.</summary>
    public string Body { get; init; } = "";

    /// <summary>The name expected in the server's certificate; empty means the URL's host.</summary>
    public string TlsServerName { get; init; } = "";

    /// <summary>Accept any certificate. Default false.</summary>
    public bool TlsSkipVerify { get; init; }

    /// <summary>Equal when all parts are, the headers compared one by one and in order.</summary>
    public bool Equals(HttpProbe? other) =>
        other is not null
        && (Url, Method, Body, TlsServerName, TlsSkipVerify)
            == (other.Url, other.Method, other.Body, other.TlsServerName, other.TlsSkipVerify)
        && Headers.SequenceEqual(other.Headers, HeaderComparer.Instance);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Url, Method, Body, TlsServerName, TlsSkipVerify, Headers.Count);

    private sealed class HeaderComparer : IEqualityComparer<KeyValuePair<string, IReadOnlyList<string>>>
    {
        public static readonly HeaderComparer Instance = new();

        public bool Equals(KeyValuePair<string, IReadOnlyList<string>> x, KeyValuePair<string, IReadOnlyList<string>> y) =>
            x.Key == y.Key && x.Value.SequenceEqual(y.Value);

        public int GetHashCode(KeyValuePair<string, IReadOnlyList<string>> header) => header.Key.GetHashCode(StringComparison.Ordinal);
    }
}
