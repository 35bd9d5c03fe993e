namespace Muster.Model;

/// <summary>One address of an instance under a name, such as <c>wan</c> or <c>lan_ipv4</c>.</summary>
/// <param name="Address">An IP address or a host name.</param>
/// <param name="Port">A port, 0 when there is none.</param>
public readonly record struct ServiceAddress(string Address, int Port);
