namespace Muster.Protocols.Consul.Http;

/// <summary>The query parameters that many endpoints share, read in one pass over the raw query string.</summary>
internal readonly record struct QueryParameters
{
    /// <summary>What to answer when the request is refused on every endpoint that reads parameters; null when it is fine.</summary>
    public string? Refusal { get; init; }

    /// <summary>What to answer when a blocking-capable read is refused; null when it is fine.</summary>
    public string? ReadRefusal { get; init; }

    /// <summary>What to answer when a read that knows <c>passing</c> is refused because of it; null when it is fine.</summary>
    public string? PassingRefusal { get; init; }

    /// <summary><c>index</c>: answer when there is something newer than this. 0 means at once.</summary>
    public ulong Index { get; init; }

    /// <summary><c>wait</c>; zero when absent.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary><c>stale</c>, <c>consistent</c> or neither.</summary>
    public Consistency Consistency { get; init; }

    /// <summary><c>dc</c> or <c>datacenter</c> names another datacenter than this one.</summary>
    public bool ForeignDatacenter { get; init; }

    /// <summary><c>peer</c> was sent, and not empty: asked for is what another cluster exports.</summary>
    public bool ForeignPeer { get; init; }

    /// <summary><c>near</c> was sent, and not empty.</summary>
    public bool HasNear { get; init; }

    /// <summary><c>pretty</c>: indent the answer.</summary>
    public bool Pretty { get; init; }

    /// <summary><c>passing</c>: only instances all of whose checks pass.</summary>
    public bool Passing { get; init; }

    /// <summary><c>cached</c>: the client allows a cached answer.</summary>
    public bool Cached { get; init; }

    /// <summary><c>token</c> was sent.</summary>
    public bool HasToken { get; init; }

    /// <summary><c>filter</c> was sent, and not empty.</summary>
    public bool HasFilter { get; init; }

    /// <summary><c>tag</c>, every one of them; null when there is none.</summary>
    public List<string>? Tags { get; init; }

    /// <summary><c>node-meta</c>, every one of them; null when there is none.</summary>
    public List<KeyValuePair<string, string>>? NodeMetadata { get; init; }
}
