namespace Muster.Protocols.Consul.Definitions;

/// <summary>An extension of Envoy that a proxy shall load, as it was sent.</summary>
internal sealed class EnvoyExtensionBody
{
    public string Name = "";
    public bool Required;
    public string ConsulVersion = "";
    public string EnvoyVersion = "";

    /// <summary>Free settings, as a canonical JSON object.</summary>
    public byte[] Arguments = [];
}
