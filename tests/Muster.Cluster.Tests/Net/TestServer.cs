using Muster.Catalog;
using Muster.Model;

namespace Muster.Cluster.Tests.Net;

/// <summary>A server of a test: a real catalog and a real node of the cluster, on a network in memory.</summary>
internal sealed class TestServer : IPeerTransport, IClusterWake, IIsolationSink
{
    private readonly TestCluster _cluster;
    private readonly Func<ClusterOptions, ClusterOptions> _with;
    private int _boots;

    public TestServer(TestCluster cluster, int number, Func<ClusterOptions, ClusterOptions> with)
    {
        _cluster = cluster;
        _with = with;
        Name = $"n{number}";
        NodeId = $"{number:00000000}-0000-0000-0000-000000000000";
        Address = $"10.0.0.{number}:8301";
        Boot();
    }

    public string Name { get; }

    public string NodeId { get; set; }

    public string Address { get; }

    public Catalog.Catalog Catalog { get; private set; } = null!;

    public ClusterNode Node { get; private set; } = null!;

    public bool IsUp { get; private set; } = true;

    public bool IsPaused { get; private set; }

    /// <summary>Whether its catalog throws at whatever is merged.</summary>
    public bool IsFailing { get; set; }

    public bool IsIsolated { get; private set; }

    /// <summary>How often it was told that it is isolated.</summary>
    public int Isolations { get; private set; }

    /// <summary>Its wall clock is so much off.</summary>
    public TimeSpan Skew { get; set; }

    public Queue<Action> Missed { get; } = new();

    public LineLogger Log { get; } = new();

    public ClusterView View => Node.View;

    public int Wakes { get; private set; }

    public uint Origin => Catalog.Origin;

    /// <summary>Starts with nothing, as after the loss of its disk.</summary>
    public void Boot(Func<ClusterOptions, ClusterOptions>? with = null)
    {
        Catalog = NewCatalog();
        Join(with);
    }

    /// <summary>Starts with what it had, as after a restart with a journal.</summary>
    public void Restart(Func<ClusterOptions, ClusterOptions>? with = null) => Restart(Catalog.Export(static () => { }), with);

    /// <summary>Starts with what another run left.</summary>
    public void Restart(CatalogExport kept, Func<ClusterOptions, ClusterOptions>? with = null)
    {
        Catalog = NewCatalog();
        kept.WriteTo(record => Assert.True(Catalog.LoadRecord(record)));
        Catalog.FinishLoading();
        Join(with);
    }

    private Catalog.Catalog NewCatalog()
    {
        var options = new CatalogOptions
        {
            NodeName = Name, NodeId = NodeId, NodeAddress = Address.Split(':')[0], Replicated = true, Preservation = new() { Enabled = false },
        };
        return new Catalog.Catalog(options, new SkewedTime(_cluster.Time, Skew, () => IsFailing), new Random(_cluster.Seed + (100 * _boots)), NoChangeLog.Instance, new InlineWakes());
    }

    private void Join(Func<ClusterOptions, ClusterOptions>? with)
    {
        var time = new SkewedTime(_cluster.Time, Skew);
        Catalog.AnnounceSelf("1.0", 8300);
        var cluster = new ClusterOptions
        {
            NodeId = NodeId, Name = Name, PeerAddress = Address, Boot = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000,
        };
        cluster = _with(cluster);
        cluster = with?.Invoke(cluster) ?? cluster;
        Node = new ClusterNode(cluster, Catalog, time, new Random(_cluster.Seed + _boots++), this, this, Log, this);
        IsUp = true;
    }

    public void Kill()
    {
        IsUp = false;
        _cluster.Network.Cut(this);
    }

    public void Pause() => IsPaused = true;

    public void Resume()
    {
        IsPaused = false;
        while (Missed.TryDequeue(out Action? action))
        {
            action();
        }
    }

    public void Tick()
    {
        if (IsUp && !IsPaused)
        {
            Catalog.Tick();
            Node.Tick();
        }
    }

    public void Register(string service, string id, double ttl = 0, string? node = null, int port = 80) => Catalog.Register(
        node ?? Name,
        new InstanceDefinition { Service = service, Id = id, Address = "10.1.0.1", Port = port },
        ttl > 0 ? [new CheckDefinition { Name = "ttl", Kind = CheckKind.Ttl, Ttl = TimeSpan.FromSeconds(ttl), InitialStatus = HealthStatus.Passing }] : [],
        false,
        "test");

    /// <summary>Registers an instance with a lease, which leaves the lists when it is not renewed.</summary>
    public void RegisterLeased(string service, string id, double lease) => Catalog.Register(
        Name, new InstanceDefinition { Service = service, Id = id, Address = "10.1.0.1", Port = 80, Lease = TimeSpan.FromSeconds(lease) }, [], false, "test");

    public void Deregister(string node, string id) => Catalog.Deregister(node, id, "test");

    /// <summary>A heartbeat for the TTL check of an instance, whoever owns it.</summary>
    public void Pass(string node, string id) => Catalog.ReportCheck(node, $"service:{id}", HealthStatus.Passing, "", ReportKind.Ttl);

    /// <summary>A renewal of the lease of an instance, whoever owns it.</summary>
    public bool Renew(string node, string id) => Catalog.Renew(node, id).Ok;

    public Instance? Find(string node, string id) => Catalog.FindNode(node) is { } found ? Catalog.FindInstance(found, id) : null;

    public bool Has(string node, string id) => Find(node, id) is not null;

    public MemberStatus? StatusOf(TestServer other) =>
        View.Members.FirstOrDefault(member => member.Record.NodeId == other.NodeId)?.Status;

    void IPeerTransport.Dial(string target) => _cluster.Network.Dial(this, target);

    void IClusterWake.Wake() => Wakes++;

    void IIsolationSink.SetIsolated(bool isolated, string detail)
    {
        IsIsolated = isolated;
        Isolations += isolated ? 1 : 0;
    }

    internal sealed class InlineWakes : IWakeDispatcher
    {
        public void Dispatch(WakeChain chain)
        {
            while (chain.WakeSome(64))
            {
            }
        }
    }

    private sealed class SkewedTime(ManualTime time, TimeSpan skew, Func<bool>? fails = null) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => fails?.Invoke() == true ? throw new InvalidOperationException("planted") : time.GetUtcNow() + skew;
    }
}
