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
}
