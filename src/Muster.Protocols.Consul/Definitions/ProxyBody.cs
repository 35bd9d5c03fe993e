namespace Muster.Protocols.Consul.Definitions;

/// <summary>A proxy's settings as they were sent: decoded, nothing checked.</summary>
internal sealed class ProxyBody
{
    public string DestinationName = "";
    public string DestinationId = "";
    public string LocalAddress = "";
    public string LocalSocketPath = "";
    public long LocalPort;
    public string Mode = "";
    public string MeshGatewayMode = "";
    public long OutboundListenerPort;
    public bool DialedDirectly;
    public bool ExposesChecks;
    public AccessLogsBody AccessLogs = new();
    public List<EnvoyExtensionBody> Extensions = [];
    public List<UpstreamBody> Upstreams = [];
    public List<ExposedPathBody> ExposedPaths = [];

    /// <summary>Free settings, as a canonical JSON object.</summary>
    public byte[] Config = [];
}
