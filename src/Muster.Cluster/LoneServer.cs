using System.Net;

namespace Muster.Cluster;

/// <summary>A server that is not part of a cluster, shown as the one member there is.</summary>
public sealed class LoneServer : ICluster
{
    /// <summary>The port that it shows, though nobody is expected there.</summary>
    private const int PeerPort = 8301;

    /// <summary>Makes the server of a catalog.</summary>
    public LoneServer(Catalog.Catalog catalog, DateTimeOffset since)
    {
        Catalog.CatalogOptions self = catalog.Options;
        IPAddress address = IPAddress.TryParse(self.NodeAddress, out IPAddress? known) ? known : IPAddress.Loopback;
        var record = new MemberRecord
        {
            Origin = 0,
            NodeId = self.NodeId,
            Name = self.NodeName,
            PeerAddress = new IPEndPoint(address, PeerPort).ToString(),
            Incarnation = 0,
        };
        View = new ClusterView
        {
            Members = [new MemberView { Record = record, IsSelf = true, Status = MemberStatus.Alive, Since = since }],
            IsSynced = true,
            Statistics = new ClusterStatistics(),
        };
    }

    /// <inheritdoc />
    public bool IsEnabled => false;

    /// <inheritdoc />
    public ClusterView View { get; }

    /// <inheritdoc />
    public Task<string?> JoinAsync(string target) =>
        Task.FromResult<string?>("this server runs without a cluster; start it with -retry-join, -encrypt or -serf-lan-port");

    /// <inheritdoc />
    public Task<bool> ForceLeaveAsync(string name, bool prune) => Task.FromResult(false);
}
