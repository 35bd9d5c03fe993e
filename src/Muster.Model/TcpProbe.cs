namespace Muster.Model;

/// <summary>What a TCP check connects to.</summary>
/// <param name="Target"><c>host:port</c>, the host an IP address or a name; IPv6 in brackets.</param>
public sealed record TcpProbe(string Target);
