using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Filtering.Fields;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Filtering;

/// <summary>One instance with something in every field, on a node that has something in every field.</summary>
internal static class FilterFixture
{
    public static LiveCatalog Create()
    {
        LiveCatalog catalog = TestCatalog.Create(new ManualTime());
        Assert.True(catalog.RegisterNode(new NodeDefinition
        {
            Name = "Edge", Id = "b6dcb1ac-7e5b-4dbd-8e4d-0f2e8a3b7a55", Address = "10.1.0.1", Datacenter = "dc1",
            TaggedAddresses = [new("lan", "10.1.0.1"), new("wan", "198.51.100.9")],
            Metadata = [new("os-kind", "bsd"), new("rack", "r1")],
        }).Ok);
        Assert.True(catalog.RegisterCheck("Edge", null, new CheckDefinition { Id = "disk", Name = "Disk" }, HealthStatus.Warning, "80% full").Ok);
        var instance = new InstanceDefinition
        {
            Service = "web", Id = "web-1", Address = "10.0.0.5", Port = 8080, SocketPath = "/run/web.sock", Tags = ["v2", "Blue", "not", "ü"],
            TaggedAddresses = [new("virtual", new ServiceAddress("240.0.0.1", 1)), new("wan", new ServiceAddress("198.51.100.1", 80))],
            Metadata = [new("empty", ""), new("env", "prod"), new("version", "1.2.3")],
            Weights = new Weights(10, 2), EnableTagOverride = true,
        };
        CheckDefinition[] checks =
        [
            new() { Name = "", Kind = CheckKind.Ttl, Ttl = TimeSpan.FromMinutes(1), InitialStatus = HealthStatus.Passing },
            new()
            {
                Id = "web-http", Name = "HTTP", Notes = "front door", Kind = CheckKind.Http, Http = new HttpProbe("http://10.0.0.5/"),
                Interval = TimeSpan.FromSeconds(90), Timeout = TimeSpan.FromSeconds(3),
            },
        ];
        Assert.True(catalog.Register("Edge", instance, checks, replaceExistingChecks: true, "a test").Ok);
        return catalog;
    }

    public static GroupField TableOf(string name) => name switch
    {
        "node" => FilterTables.Nodes,
        "row" => FilterTables.ServiceRows,
        "entry" => FilterTables.HealthEntries,
        "service" => FilterTables.NodeServices,
        _ => FilterTables.Checks,
    };
}
