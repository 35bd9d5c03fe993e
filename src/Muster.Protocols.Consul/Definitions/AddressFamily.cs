namespace Muster.Protocols.Consul.Definitions;

/// <summary>What a textual address is.</summary>
internal enum AddressFamily
{
    /// <summary>Empty or a host name.</summary>
    None,

    /// <summary>An IPv4 address.</summary>
    V4,

    /// <summary>An IPv6 address.</summary>
    V6,
}
