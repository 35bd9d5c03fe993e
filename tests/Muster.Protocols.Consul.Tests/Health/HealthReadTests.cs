using Muster.Model;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Health;

public sealed class HealthReadTests : IAsyncLifetime
{
    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ConsulHost.StartAsync();
        _host.Catalog.AddNode("Edge", new KeyValuePair<string, string>("rack", "r1"), new KeyValuePair<string, string>("os", "bsd"));
        _host.Catalog.Add("web", "b", HealthStatus.Passing, "vm", "v1", "Blue");
        _host.Catalog.Add("web", "a", HealthStatus.Warning, "vm", "v1", "green");
        _host.Catalog.Add("web", "c", HealthStatus.Critical, "Edge", "v2", "blue");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("", "c,a,b")]
    [InlineData("?passing", "b")]
    [InlineData("?passing=false", "c,a,b")]
    [InlineData("?tag=BLUE", "c,b")]
    [InlineData("?tag=v1&tag=blue", "b")]
    [InlineData("?tag=blue&passing=1", "b")]
    [InlineData("?tag=none", "")]
    [InlineData("?node-meta=rack:r1", "c")]
    [InlineData("?node-meta=rack:r1&node-meta=os:bsd", "c")]
    [InlineData("?node-meta=rack:r1&node-meta=os:linux", "")]
    [InlineData("?near=vm&stale&dc=dc1", "c,a,b")]
    public async Task Service_Filtered_KeepsNodeAndIdOrder(string query, string ids)
    {
        ConsulAnswer answer = await _host.GetAsync($"/v1/health/service/Web{query}");

        Assert.Equal(ids, string.Join(',', answer.HealthIds));
        Assert.Equal(_host.Catalog.ServiceIndex("web"), answer.Index);
    }

    [Fact]
    public async Task Service_NodeInMaintenance_IsNotPassing()
    {
        _host.Catalog.SetMaintenance("vm", null, enable: true, "moving racks");

        Assert.Equal("[]", (await _host.GetAsync("/v1/health/service/web?passing")).Text);
    }

    [Theory]
    [InlineData("eu", "eu-a", """{"Region":"eu","Zone":"eu-a"}""")]
    [InlineData("eu", "", """{"Region":"eu"}""")]
    [InlineData("", "", null)]
    public async Task Service_Locality_IsShownWhenKnown(string region, string zone, string? expected)
    {
        _host.Catalog.Register("vm", new InstanceDefinition { Service = "near", Id = "n-1", Locality = new Locality(region, zone) }, [], true, "test");

        Assert.Equal(expected, (await _host.GetAsync("/v1/health/service/near")).Json![0]!["Service"]!["Locality"]?.ToJsonString());
        Assert.Equal(expected, (await _host.GetAsync("/v1/catalog/service/near")).Json![0]!["ServiceLocality"]?.ToJsonString());
    }

    [Fact]
    public async Task Service_Entry_IsWrittenAsConsulDoes()
    {
        var instance = new InstanceDefinition
        {
            Service = "full", Id = "full-1", Address = "10.1.1.1", Port = 8080, Tags = ["t1", "t<2>"],
            TaggedAddresses = [new("wan", new ServiceAddress("198.51.100.1", 80))], Metadata = [new("k", "v")],
            Weights = new Weights(10, 1), EnableTagOverride = true,
        };
        CheckDefinition[] checks =
        [
            new()
            {
                Id = "service:full-1:1", Name = "h", Kind = CheckKind.Http, Http = new HttpProbe("http://127.0.0.1:1/"),
                Interval = TimeSpan.FromSeconds(90),
            },
            new() { Id = "ttl1", Name = "Service 'full' check", Notes = "n", Kind = CheckKind.Ttl, Ttl = TimeSpan.FromSeconds(9) },
        ];
        Assert.True(_host.Catalog.Register("vm", instance, checks, replaceExistingChecks: true, "a test").Ok);
        Muster.Catalog.Node node = _host.Catalog.LocalNode;
        Muster.Catalog.Instance shown = _host.Catalog.FindService("full")!.Instances[0];

        ConsulAnswer answer = await _host.GetAsync("/v1/health/service/full");

        string expected = $$$"""
            [{"Node":{"ID":"{{{TestCatalog.NodeId}}}","Node":"vm","Address":"127.0.0.1","Datacenter":"dc1",
            "TaggedAddresses":{"lan":"127.0.0.1","lan_ipv4":"127.0.0.1","wan":"127.0.0.1","wan_ipv4":"127.0.0.1"},
            "Meta":{"consul-network-segment":""},"CreateIndex":{{{node.CreateIndex}}},"ModifyIndex":{{{node.ModifyIndex}}}},
            "Service":{"ID":"full-1","Service":"full","Tags":["t1","t\u003c2\u003e"],"Address":"10.1.1.1",
            "TaggedAddresses":{"lan_ipv4":{"Address":"10.1.1.1","Port":8080},"wan":{"Address":"198.51.100.1","Port":80},
            "wan_ipv4":{"Address":"10.1.1.1","Port":8080}},"Meta":{"k":"v"},"Port":8080,
            "Weights":{"Passing":10,"Warning":1},"EnableTagOverride":true,
            "Proxy":{"Mode":"","MeshGateway":{},"Expose":{}},"Connect":{},
            "CreateIndex":{{{shown.CreateIndex}}},"ModifyIndex":{{{shown.ModifyIndex}}}},
            "Checks":[{"Node":"vm","CheckID":"serfHealth","Name":"Serf_Health_Status","Status":"passing","Notes":"",
            "Output":"Agent_alive_and_reachable","ServiceID":"","ServiceName":"","ServiceTags":[],"Type":"","Interval":"",
            "Timeout":"","ExposedPort":0,"Definition":{},
            "CreateIndex":{{{node.Checks[0].CreateIndex}}},"ModifyIndex":{{{node.Checks[0].ModifyIndex}}}},
            {"Node":"vm","CheckID":"service:full-1:1","Name":"h","Status":"critical","Notes":"","Output":"",
            "ServiceID":"full-1","ServiceName":"full","ServiceTags":["t1","t\u003c2\u003e"],"Type":"http",
            "Interval":"1m30s","Timeout":"","ExposedPort":0,"Definition":{},
            "CreateIndex":{{{shown.CreateIndex}}},"ModifyIndex":{{{shown.ModifyIndex}}}},
            {"Node":"vm","CheckID":"ttl1","Name":"Service_'full'_check","Status":"critical","Notes":"n","Output":"",
            "ServiceID":"full-1","ServiceName":"full","ServiceTags":["t1","t\u003c2\u003e"],"Type":"ttl",
            "Interval":"","Timeout":"","ExposedPort":0,"Definition":{},
            "CreateIndex":{{{shown.CreateIndex}}},"ModifyIndex":{{{shown.ModifyIndex}}}}]}]
            """;
        Assert.Equal(expected.Replace("\r", "").Replace("\n", "").Replace('_', ' '), answer.Text.Replace('_', ' '));
    }

    [Theory]
    [InlineData("10.0.0.4", "{\"lan_ipv4\":{\"Address\":\"10.0.0.4\",\"Port\":80},\"wan_ipv4\":{\"Address\":\"10.0.0.4\",\"Port\":80}}")]
    [InlineData("2001:db8::1", "{\"lan_ipv6\":{\"Address\":\"2001:db8::1\",\"Port\":80},\"wan_ipv6\":{\"Address\":\"2001:db8::1\",\"Port\":80}}")]
    [InlineData("db.example.com", null)]
    [InlineData("10.0.0.256", null)]
    [InlineData("10.0.04.1", null)]
    [InlineData("10.0.0", null)]
    [InlineData("10.0.0.1.", null)]
    [InlineData("fe80::1%eth0", null)]
    [InlineData("a:b", null)]
    [InlineData("", null)]
    public async Task Service_TaggedAddresses_FollowFromAnIpAddress(string address, string? expected)
    {
        var instance = new InstanceDefinition { Service = "tagged", Id = "t", Address = address, Port = 80 };
        Assert.True(_host.Catalog.Register("vm", instance, [], replaceExistingChecks: false, "a test").Ok);

        ConsulAnswer answer = await _host.GetAsync("/v1/health/service/tagged");

        Assert.Equal(expected, answer.Json![0]!["Service"]!["TaggedAddresses"]?.ToJsonString());
    }

    [Fact]
    public async Task Service_SuppliedTaggedAddress_WinsOverTheDerivedOne()
    {
        var instance = new InstanceDefinition
        {
            Service = "tagged", Id = "t", Address = "10.0.0.4", Port = 80,
            TaggedAddresses = [new("lan_ipv4", new("10.9.9.9", 1)), new("virtual", new("240.0.0.1", 2))],
        };
        Assert.True(_host.Catalog.Register("vm", instance, [], replaceExistingChecks: false, "a test").Ok);

        ConsulAnswer answer = await _host.GetAsync("/v1/catalog/service/tagged");

        Assert.Equal(
            """{"lan_ipv4":{"Address":"10.9.9.9","Port":1},"virtual":{"Address":"240.0.0.1","Port":2},"wan_ipv4":{"Address":"10.0.0.4","Port":80}}""",
            answer.Json![0]!["ServiceTaggedAddresses"]!.ToJsonString());
    }

    [Theory]
    [InlineData("checks/web", "service:c,service:a,service:b")]
    [InlineData("checks/web?node-meta=rack:r1", "service:c")]
    [InlineData("checks/none", "")]
    [InlineData("node/vm", "serfHealth,service:a,service:b")]
    [InlineData("node/edge", "service:c")]
    [InlineData("node/none", "")]
    [InlineData("state/any", "service:c,serfHealth,service:a,service:b")]
    [InlineData("state/passing", "serfHealth,service:b")]
    [InlineData("state/warning", "service:a")]
    [InlineData("state/critical", "service:c")]
    [InlineData("state/critical?node-meta=rack:r2", "")]
    [InlineData("state/odd", "")]
    public async Task Checks_EveryList_IsInNodeAndIdOrder(string path, string ids)
    {
        ConsulAnswer answer = await _host.GetAsync($"/v1/health/{path}");

        Assert.Equal((200, ids), (answer.Status, string.Join(',', answer.CheckIds)));
    }

    [Fact]
    public async Task Checks_Definition_KeepsWhatAnExternalSystemSaid()
    {
        var check = new CheckDefinition
        {
            Id = "ext", Name = "ext", Interval = TimeSpan.FromSeconds(10), DeregisterAfter = TimeSpan.FromMinutes(1),
        };
        _host.Catalog.RegisterCheck("Edge", null, check, HealthStatus.Passing, "ok");

        ConsulAnswer answer = await _host.GetAsync("/v1/health/node/Edge");

        Assert.Equal(
            """{"Interval":"10s","DeregisterCriticalServiceAfter":"1m0s"}""", answer.Json![0]!["Definition"]!.ToJsonString());
    }

    [Theory]
    [InlineData("connect/web")]
    [InlineData("ingress/web")]
    public async Task Connect_OfAnyService_IsEmpty(string path) =>
        Assert.Equal("[]", (await _host.GetAsync($"/v1/health/{path}")).Text);
}
