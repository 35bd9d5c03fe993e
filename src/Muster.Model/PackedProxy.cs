using System.Text;

namespace Muster.Model;

/// <summary>The proxy settings inside a packed instance, as views into it. See <see cref="ProxyDefinition"/>.</summary>
public readonly ref struct PackedProxy
{
    internal PackedProxy(PackReader reader)
    {
        IsSidecar = ProxyDefinition.ReadsSidecar(reader.Byte());
        Destination = reader.Bytes();
        DestinationId = reader.Bytes();
        Settings = reader.Bytes();
    }

    /// <inheritdoc cref="ProxyDefinition.IsSidecar" />
    public bool IsSidecar { get; }

    /// <inheritdoc cref="ProxyDefinition.Destination" />
    public ReadOnlySpan<byte> Destination { get; }

    /// <inheritdoc cref="ProxyDefinition.DestinationId" />
    public ReadOnlySpan<byte> DestinationId { get; }

    /// <inheritdoc cref="ProxyDefinition.Settings" />
    public ReadOnlySpan<byte> Settings { get; }

    internal ProxyDefinition Unpack() => new()
    {
        IsSidecar = IsSidecar,
        Destination = Encoding.UTF8.GetString(Destination),
        DestinationId = Encoding.UTF8.GetString(DestinationId),
        Settings = Settings.ToArray(),
    };
}
