using Muster.Model;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Filtering;

public sealed class FilterEndpointTests : IAsyncLifetime
{
    private const string BadSelector = "Failed to create boolean expression evaluator: Selector \"Foo\" is not valid";
    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ConsulHost.StartAsync();
        _host.Catalog.AddNode("Edge", new KeyValuePair<string, string>("rack", "r1"));
        _host.Catalog.Add("web", "a", HealthStatus.Warning, "vm", "v1", "green");
        _host.Catalog.Add("web", "b", HealthStatus.Passing, "vm", "v1", "Blue");
        _host.Catalog.Add("web", "c", HealthStatus.Passing, "Edge", "v2", "blue");
        _host.Catalog.Add("db", "d", HealthStatus.Passing, "Edge", "primary");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("health/service/web", "v2 in Service.Tags", "ID", "c")]
    [InlineData("health/service/web?passing", "Service.Port == 80", "ID", "c,b")]
    [InlineData("health/service/web?passing&tag=BLUE&tag=v1", "Service.Port == 80", "ID", "b")]
    [InlineData("health/service/web?node-meta=rack:r1&near=_agent", "Node.Node != vm", "ID", "c")]
    [InlineData("health/service/web", "Checks.Status == warning", "ID", "a")]
    [InlineData("health/service/web", "Service.Port == 81", "ID", "")]
    [InlineData("health/connect/web", "Service.Port == 80", "ID", "")]
    [InlineData("catalog/service/web", "ServiceID != b and Node == vm", "ServiceID", "a")]
    [InlineData("catalog/service/web?tag=v1", "ServiceTags contains Blue", "ServiceID", "b")]
    [InlineData("catalog/connect/web", "ServicePort == 80", "ServiceID", "")]
    [InlineData("catalog/nodes", "Meta.rack == r1", "Node", "Edge")]
    [InlineData("catalog/nodes", "rack not in Meta", "Node", "vm")]
    [InlineData("catalog/node-services/Edge", "Service == db", "ID", "d")]
    [InlineData("catalog/node/edge", "primary in Tags", "ID", "d")]
    [InlineData("health/checks/web", "Status == passing", "CheckID", "service:c,service:b")]
    [InlineData("health/node/vm", "ServiceName == web", "CheckID", "service:a,service:b")]
    [InlineData("health/state/any", "ServiceName != web", "CheckID", "service:d,serfHealth")]
    [InlineData("health/state/passing?node-meta=rack:r1", "ServiceName == web", "CheckID", "service:c")]
    [InlineData("agent/services", "Tags contains green", "ID", "a")]
    [InlineData("agent/checks", "Status == passing", "CheckID", "service:b")]
    public async Task Filter_OnEveryEndpoint_KeepsWhatMatches(string path, string filter, string property, string expected)
    {
        ConsulAnswer answer = await _host.GetAsync(With(path, filter));

        Assert.Equal(200, answer.Status);
        string[] quoted = answer.Text.Split($"\"{property}\":\"");
        Assert.Equal(expected, string.Join(',', quoted[1..].Select(static rest => rest[..rest.IndexOf('"')]).Where(static id => id.Length is > 0 and < 20)));
    }

    [Theory]
    [InlineData("ServiceName != consul", """{"db":["primary"],"web":["v2","blue","v1","green","Blue"]}""")]
    [InlineData("Node == Edge", """{"db":["primary"],"web":["v2","blue"]}""")]
    [InlineData("green in ServiceTags", """{"web":["v1","green"]}""")]
    [InlineData("ServicePort == 81", "{}")]
    public async Task Services_Filtered_ShowTheTagsOfMatchingInstances(string filter, string expected) =>
        Assert.Equal(expected, (await _host.GetAsync(With("catalog/services", filter))).Text);

    [Theory]
    [InlineData("health/service/web")]
    [InlineData("health/service/none")]
    [InlineData("health/connect/web")]
    [InlineData("health/ingress/web")]
    [InlineData("health/checks/web")]
    [InlineData("health/node/vm")]
    [InlineData("health/state/any")]
    [InlineData("catalog/nodes")]
    [InlineData("catalog/services")]
    [InlineData("catalog/service/web")]
    [InlineData("catalog/connect/web")]
    [InlineData("catalog/node/vm")]
    [InlineData("catalog/node-services/vm")]
    [InlineData("agent/services")]
    [InlineData("agent/checks")]
    public async Task Filter_Wrong_IsA500(string path)
    {
        ConsulAnswer answer = await _host.GetAsync(With(path, "Foo == 1"));

        Assert.Equal((500, BadSelector), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData("status/leader")]
    [InlineData("catalog/gateway-services/web")]
    [InlineData("catalog/datacenters")]
    public async Task Filter_WhereConsulDoesNotLook_IsIgnored(string path) =>
        Assert.Equal(200, (await _host.GetAsync(With(path, "Foo == 1"))).Status);

    [Theory]
    [InlineData("?filter=&filter=Foo")]
    [InlineData("?filter")]
    public async Task Filter_Empty_IsNone(string query) =>
        Assert.Equal("c,a,b", string.Join(',', (await _host.GetAsync("/v1/health/service/web" + query)).HealthIds));

    [Fact]
    public async Task Filter_WhileBlocking_AnswersWithTheServicesIndex()
    {
        string path = With("health/service/web?passing&wait=60s", "Service.Tags contains v1");
        ConsulAnswer first = await _host.GetAsync(path);
        Assert.Equal("b", string.Join(',', first.HealthIds));

        Task<ConsulAnswer> waiting = await _host.BlockAsync($"{path}&index={first.Index}");
        _host.Catalog.Report("a", HealthStatus.Passing);
        ConsulAnswer second = await waiting;

        Assert.Equal("a,b", string.Join(',', second.HealthIds));
        Assert.Equal(_host.Catalog.ServiceIndex("web"), second.Index);
    }

    private static string With(string path, string filter) =>
        $"/v1/{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}filter={Uri.EscapeDataString(filter)}";
}
