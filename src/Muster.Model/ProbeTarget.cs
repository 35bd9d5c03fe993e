namespace Muster.Model;

/// <summary>What a TCP, UDP, gRPC or HTTP/2 ping check reaches.</summary>
/// <param name="Address">
/// <c>host:port</c>, the host an IP address or a name; IPv6 in brackets. gRPC checks may add <c>/service</c>.
/// </param>
public sealed record ProbeTarget(string Address)
{
    /// <summary>How to speak TLS with the target; null for plain text.</summary>
    public ProbeTls? Tls { get; init; }
}
