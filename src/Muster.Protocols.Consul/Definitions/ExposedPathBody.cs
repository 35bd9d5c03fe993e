namespace Muster.Protocols.Consul.Definitions;

/// <summary>One HTTP path that a proxy lets through from outside the mesh, as it was sent.</summary>
internal sealed class ExposedPathBody
{
    public long ListenerPort;
    public string Path = "";
    public long LocalPort;
    public string Protocol = "";
    public bool IsParsedFromCheck;
}
