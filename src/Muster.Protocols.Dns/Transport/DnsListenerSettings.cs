using System.Net;

namespace Muster.Protocols.Dns.Transport;

/// <summary>What the transport needs to know; see <see cref="DnsServerOptions"/> for meanings and ranges.</summary>
internal sealed record DnsListenerSettings
{
    public required IReadOnlyList<IPEndPoint> EndPoints { get; init; }

    public int UdpSockets { get; init; } = 1;

    public bool UdpBatching { get; init; } = true;

    public int MaxUdpResponse { get; init; } = 4096;

    public TcpLimits Tcp { get; init; } = new(1024, new ClientCounts(128), TimeSpan.FromSeconds(10));
}
