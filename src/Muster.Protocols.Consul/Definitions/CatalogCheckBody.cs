namespace Muster.Protocols.Consul.Definitions;

/// <summary>A check of a catalog registration as it was sent: a result somebody else found, and perhaps how.</summary>
internal sealed class CatalogCheckBody
{
    public string Node = "";
    public string Id = "";
    public string Name = "";
    public string Status = "";
    public string Notes = "";
    public string Output = "";
    public string ServiceId = "";
    public string Namespace = "";
    public string Partition = "";
    public CheckBody? Definition;
}
