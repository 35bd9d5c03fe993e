namespace Muster.Model;

/// <summary>
/// What somebody registers: one instance of one service, in the model's own words. This is the comfortable form with
/// strings and lists; the catalog keeps the compact <see cref="InstanceData"/>.
/// </summary>
public sealed record InstanceDefinition
{
    /// <summary>The service's name. Compared without case, shown as first registered.</summary>
    public required string Service { get; init; }

    /// <summary>The instance's id, unique on its node. Compared exactly.</summary>
    public required string Id { get; init; }

    /// <summary>Consul's service kind, empty for an ordinary service.</summary>
    public string Kind { get; init; } = "";

    /// <summary>IP address or host name; empty means the node's address.</summary>
    public string Address { get; init; } = "";

    /// <summary>The main port, 0 to 65535; 0 means none.</summary>
    public int Port { get; init; }

    /// <summary>A unix socket path, empty for none.</summary>
    public string SocketPath { get; init; } = "";

    /// <summary>Tags in the order given.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Metadata, sorted by key (ordinal), keys unique.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    /// <summary>Further addresses by name, sorted by name (ordinal), names unique.</summary>
    public IReadOnlyList<KeyValuePair<string, ServiceAddress>> TaggedAddresses { get; init; } = [];

    /// <summary>Further ports by name (such as <c>metrics</c>), sorted by name (ordinal), names unique.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Ports { get; init; } = [];

    /// <summary>Traffic shares. Default 1 and 1.</summary>
    public Weights Weights { get; init; } = Weights.Default;

    /// <summary>Region and zone.</summary>
    public Locality Locality { get; init; } = Locality.Unknown;

    /// <summary>Whether others than the owner may change the tags.</summary>
    public bool EnableTagOverride { get; init; }

    /// <summary>
    /// The tags are somebody else's: with <see cref="EnableTagOverride"/>, the owner's next registration leaves them.
    /// Set it to register as somebody else than the owner; the catalog keeps it when that changes the tags.
    /// </summary>
    public bool TagsOverridden { get; init; }

    /// <summary>How a proxy or gateway is set up, null for an ordinary service.</summary>
    public ProxyDefinition? Proxy { get; init; }

    /// <summary>Whether the instance speaks the mesh's protocol itself, without a proxy.</summary>
    public bool IsMeshNative { get; init; }

    /// <summary>
    /// A server-side lease: the instance is removed when it is not renewed for this long. Zero means none.
    /// Any length from one tick of the server (50 ms) up.
    /// </summary>
    public TimeSpan Lease { get; init; }

    /// <summary>
    /// Which life of the instance this is, 0 for unknown: a process that starts takes a higher number than the one before it,
    /// and what carries a lower one than the registered number comes too late. See <see cref="MaxEpoch"/>.
    /// </summary>
    public long Epoch { get; init; }

    /// <summary>The instance says that it is not ready yet: it is <see cref="InstanceState.Starting"/> until it or one of its checks says otherwise.</summary>
    public bool IsStarting { get; init; }

    /// <summary>The highest epoch: what every JSON reader takes without loss.</summary>
    public const long MaxEpoch = (1L << 53) - 1;
}
