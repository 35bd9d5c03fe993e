namespace Muster.Protocols.Consul.Definitions;

/// <summary>The body of a catalog registration as it was sent: decoded, nothing checked or filled in yet.</summary>
internal sealed class CatalogRegistrationBody
{
    public string Datacenter = "";
    public string NodeId = "";
    public string Node = "";
    public string Address = "";
    public string Namespace = "";
    public string Partition = "";
    public string Token = "";
    public bool SkipNodeUpdate;
    public IReadOnlyList<KeyValuePair<string, string>> TaggedAddresses = [];
    public IReadOnlyList<KeyValuePair<string, string>> NodeMetadata = [];
    public ServiceBody? Service;
    public List<CatalogCheckBody> Checks = [];
}
