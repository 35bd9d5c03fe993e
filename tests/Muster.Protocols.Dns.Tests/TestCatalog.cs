using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Dns.Tests;

/// <summary>A catalog in memory with short ways to fill it.</summary>
internal sealed class TestCatalog
{
    public TestCatalog(long answerCacheBytes = 1 << 20)
    {
        CatalogOptions options = new()
        {
            NodeName = "server",
            NodeId = "8f8ad0c7-6fa8-4f92-9d5c-35a0b8f3a1d1",
            NodeAddress = "127.0.0.1",
            AnswerCacheBytes = answerCacheBytes,
        };
        Catalog = new Catalog.Catalog(options, TimeProvider.System, new Random(1), NoChangeLog.Instance, new InlineWakes());
        Catalog.AnnounceSelf("test", 8300);
    }

    public Catalog.Catalog Catalog { get; }

    public TestCatalog Node(string name, string address, params (string Key, string Value)[] metadata)
    {
        Assert.True(Catalog.RegisterNode(new NodeDefinition { Name = name, Address = address, Datacenter = "dc1", Metadata = [.. metadata.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))] }).Ok);
        return this;
    }

    public TestCatalog Add(
        string node, string service, string id, string address = "", int port = 80, HealthStatus status = HealthStatus.Passing,
        string[]? tags = null, Weights? weights = null, string? space = null, (string Name, int Port)? namedPort = null)
    {
        InstanceDefinition instance = new()
        {
            Service = service,
            Id = id,
            Address = address,
            Port = port,
            Tags = tags ?? [],
            Metadata = space is null ? [] : [new("namespace", space)],
            Ports = namedPort is { } named ? [new(named.Name, named.Port)] : [],
            Weights = weights ?? Weights.Default,
        };
        Assert.True(Catalog.Register(node, instance, [], replaceExistingChecks: true, "test").Ok);
        CheckDefinition check = new() { Id = $"{id}-check", Name = "test", Kind = CheckKind.Ttl };
        Assert.True(Catalog.RegisterCheck(node, id, check, status, "").Ok);
        return this;
    }

    private sealed class InlineWakes : IWakeDispatcher
    {
        public void Dispatch(WakeChain chain)
        {
            while (chain.WakeSome(100))
            {
            }
        }
    }
}
