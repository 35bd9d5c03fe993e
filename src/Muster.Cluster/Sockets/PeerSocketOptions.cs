using System.Net;

namespace Muster.Cluster.Sockets;

/// <summary>How servers reach each other over TCP.</summary>
public sealed record PeerSocketOptions
{
    /// <summary>The port of a target that names none. Default 8301.</summary>
    public int DefaultPort { get; init; } = 8301;

    /// <summary>Where peers are expected. A port of 0 lets the system choose.</summary>
    public required IPEndPoint ListenOn { get; init; }

    /// <summary>What a name stands for, asked anew at each dial. Default: the system's answer.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>What every server of the cluster knows and nobody else. Empty only where no other machine can connect.</summary>
    public string Secret { get; init; } = "";

    /// <summary>Certificates of this server and its peers; null for connections in the clear.</summary>
    public PeerTls? Tls { get; init; }

    /// <summary>Bytes that may wait for one peer; a message beyond is dropped as a whole. Default 8 MiB.</summary>
    public int MaxQueuedBytes { get; init; } = 8 << 20;

    /// <summary>Connections that have not proved themselves yet; one of the network that has the most gives way to one more. Default 64.</summary>
    public int MaxUnproven { get; init; } = 64;

    /// <summary>The time to connect and for both sides to prove themselves. Default 5 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time to write what waits when a link is closed. Default 1 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
