namespace Muster.Protocols.Consul.Definitions;

/// <summary>One service that a proxy connects to, as it was sent.</summary>
internal sealed class UpstreamBody
{
    public string Type = "";
    public string Namespace = "";
    public string Partition = "";
    public string Peer = "";
    public string Name = "";
    public string Datacenter = "";
    public string BindAddress = "";
    public long BindPort;
    public string BindSocketPath = "";
    public string BindSocketMode = "";
    public string MeshGatewayMode = "";
    public bool IsCentrallyConfigured;

    /// <summary>Free settings, as a canonical JSON object.</summary>
    public byte[] Config = [];
}
