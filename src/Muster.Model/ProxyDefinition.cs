namespace Muster.Model;

/// <summary>
/// How a proxy is set up: in front of which service it stands, and everything else as the registering protocol's text,
/// which the mesh interprets and the catalog does not. See docs/design/proxies.md.
/// </summary>
public sealed record ProxyDefinition
{
    /// <summary>The kind of an instance that takes mesh traffic for <see cref="Destination"/>; of others the destination means nothing.</summary>
    public const string Kind = "connect-proxy";

    /// <summary>What a sidecar's id adds to the id of the instance it belongs to.</summary>
    public const string SidecarSuffix = "-sidecar-proxy";

    private const byte SidecarFlag = 1;

    /// <summary>The name of the service the proxy stands for; empty for a gateway.</summary>
    public string Destination { get; init; } = "";

    /// <summary>The id of the one instance the proxy stands for, empty for none or any.</summary>
    public string DestinationId { get; init; } = "";

    /// <summary>
    /// The proxy was registered inside another instance's registration: it has that instance's id with
    /// <see cref="SidecarSuffix"/> added, and goes when that instance goes.
    /// </summary>
    public bool IsSidecar { get; init; }

    /// <summary>All settings, the destination included, as one JSON object in canonical form: equal settings are equal bytes.</summary>
    public ReadOnlyMemory<byte> Settings { get; init; }

    internal static bool ReadsSidecar(byte flags) => (flags & SidecarFlag) != 0;

    internal void Write(PackWriter writer)
    {
        writer.Byte(IsSidecar ? SidecarFlag : (byte)0);
        writer.Text(Destination);
        writer.Text(DestinationId);
        writer.Bytes(Settings.Span);
    }
}
