namespace Muster.Protocols.Consul.Definitions;

/// <summary>One tagged address as it was sent.</summary>
internal sealed class TaggedAddressBody
{
    public string Address = "";
    public long Port;
}
