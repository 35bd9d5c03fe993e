using Muster.Model;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>A service body as it was sent: decoded, nothing checked or filled in yet.</summary>
internal sealed class ServiceBody
{
    public string Id = "";
    public string Name = "";
    public string Kind = "";
    public string Address = "";
    public string SocketPath = "";
    public string Namespace = "";
    public string Partition = "";
    public string Region = "";
    public string Zone = "";
    public string Token = "";
    public long Port;
    public long PassingWeight;
    public long WarningWeight;
    public bool HasWeights;
    public bool EnableTagOverride;
    public bool IsNative;
    public TimeSpan Lease;
    public IReadOnlyList<string> Tags = [];
    public IReadOnlyList<KeyValuePair<string, string>> Metadata = [];
    public IReadOnlyList<KeyValuePair<string, TaggedAddressBody>> TaggedAddresses = [];
    public IReadOnlyList<KeyValuePair<string, long>> Ports = [];
    public CheckBody? Check;
    public List<CheckBody>? Checks;
    public ProxyBody? Proxy;

    /// <summary>The proxy to register along with the service.</summary>
    public ServiceBody? Sidecar;

    /// <summary>This is such a proxy, inside another service.</summary>
    public bool IsSidecar;

    /// <summary>The locality given.</summary>
    public Locality Locality => Region.Length == 0 && Zone.Length == 0 ? Locality.Unknown : new Locality(Region, Zone);
}
