using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Consul.Tests.Support;

/// <summary>A catalog under virtual time with a few words to fill it.</summary>
internal static class TestCatalog
{
    public const string NodeId = "6a95413e-c1a5-42e3-c54b-8d3ddbe864e1";

    public static LiveCatalog Create(TimeProvider time, long answerCacheBytes = 1 << 20)
    {
        var options = new CatalogOptions { NodeName = "vm", NodeId = NodeId, AnswerCacheBytes = answerCacheBytes };
        var catalog = new LiveCatalog(options, time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        catalog.AnnounceSelf("1.21.4", 8300);
        return catalog;
    }

    /// <summary>Registers an instance with one TTL check in a status.</summary>
    public static void Add(
        this LiveCatalog catalog, string service, string id, HealthStatus status = HealthStatus.Passing, string node = "vm", params string[] tags)
    {
        var check = new CheckDefinition
        {
            Name = $"Service '{service}' check", Kind = CheckKind.Ttl, Ttl = TimeSpan.FromMinutes(1), InitialStatus = status,
        };
        var instance = new InstanceDefinition { Service = service, Id = id, Address = "10.0.0.1", Port = 80, Tags = tags };
        Assert.True(catalog.Register(node, instance, [check], replaceExistingChecks: true, "a test").Ok);
    }

    /// <summary>Reports the status of an instance's own check.</summary>
    public static void Report(this LiveCatalog catalog, string id, HealthStatus status, string output = "", string node = "vm") =>
        Assert.True(catalog.ReportCheck(node, $"service:{id}", status, output, ReportKind.Ttl).Ok);

    /// <summary>Adds a further node.</summary>
    public static void AddNode(this LiveCatalog catalog, string name, params KeyValuePair<string, string>[] metadata) =>
        Assert.True(catalog.RegisterNode(
            new NodeDefinition { Name = name, Address = "10.1.0.1", Datacenter = "dc1", Metadata = metadata }).Ok);
}
