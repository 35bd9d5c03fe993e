using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Cluster.Sockets;

namespace Muster.Cluster.Tests.Sockets;

/// <summary>One end of the transport, on a free port of loopback.</summary>
internal sealed class SocketPeer : IAsyncDisposable
{
    private readonly ClusterLoop _loop = new(TimeProvider.System, NullLogger.Instance);

    public SocketPeer(string name, string secret = "the secret of this test", PeerTls? tls = null, Func<PeerSocketOptions, PeerSocketOptions>? change = null)
    {
        Id = Guid.NewGuid().ToString();
        Name = name;
        var options = new PeerSocketOptions
        {
            ListenOn = new IPEndPoint(IPAddress.Loopback, 0), Secret = secret, Tls = tls, HandshakeTimeout = TimeSpan.FromSeconds(15), // on a busy machine the default is short
        };
        Transport = new SocketTransport(change?.Invoke(options) ?? options, _loop, TimeProvider.System, NullLogger.Instance);
        _loop.Start(Handler);
        Transport.Start(() => Hello);
    }

    public string Id { get; init; }

    public string Name { get; }

    public int MinProtocol { get; set; } = 1;

    public RecordingHandler Handler { get; } = new();

    public SocketTransport Transport { get; }

    public ClusterLoop Loop => _loop;

    public int Port => Transport.EndPoint.Port;

    public string Address => $"127.0.0.1:{Port}";

    public PeerHello Hello => new()
    {
        Origin = 7, NodeId = Id, Name = Name, Datacenter = "dc1", PeerAddress = Address, Clock = 1, Boot = 2, Zone = "z", Version = "1.2",
        MinProtocol = MinProtocol, MaxProtocol = Math.Max(1, MinProtocol),
    };

    /// <summary>Connects to another and returns both ends.</summary>
    public async Task<(ILink Mine, ILink Theirs)> ConnectAsync(SocketPeer other)
    {
        Transport.Dial(other.Address);
        RecordingHandler.Event mine = await Handler.NextAsync(RecordingHandler.Kind.Connected);
        RecordingHandler.Event theirs = await other.Handler.NextAsync(RecordingHandler.Kind.Connected);
        return (mine.Link!, theirs.Link!);
    }

    /// <summary>Waits until one caller was refused for a reason.</summary>
    public void AssertRefused(HandshakeFailure reason) =>
        Assert.True(SpinWait.SpinUntil(() => Transport.Counters.Refused(reason) == 1, TimeSpan.FromSeconds(20)), $"nobody was refused for {reason}");

    public async ValueTask DisposeAsync()
    {
        await Transport.DisposeAsync();
        _loop.Dispose();
    }
}
