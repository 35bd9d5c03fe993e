using System.Text;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Tests.Json;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Agent;

public sealed class ServiceWriteTests : IAsyncLifetime
{
    private const string Register = "/v1/agent/service/register";
    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ConsulHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Register_Valid_IsInTheCatalogBeforeTheAnswer()
    {
        await _host.PutOkAsync(Register, "{\"ID\":\"web-1\",\"Name\":\"web\",\"Port\":80,\"Check\":{\"TTL\":\"30s\"}}");
        ConsulAnswer answer = await _host.GetAsync("/v1/health/service/web");
        Assert.Equal(["web-1"], answer.HealthIds);
        Assert.Equal(("critical", ""), await _host.CheckAsync("service:web-1"));
    }

    [Theory]
    [InlineData("{\"Nam\":\"x\"}", 400, "Request decode failed: json: unknown field \"Nam\"")]
    [InlineData("", 400, "Request decode failed: EOF")]
    [InlineData("{}", 400, "Missing service name")]
    [InlineData("{\"Name\":\"x\",\"Address\":\"0.0.0.0\"}", 400, "Invalid service address")]
    [InlineData("{\"Name\":\"consul\"}", 400, "Validation failed: the service ID \"consul\" is the server's own")]
    [InlineData("{\"Name\":\"x\",\"Check\":{\"Args\":[\"a\"],\"Interval\":\"1s\"}}", 500, "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true")]
    public async Task Register_Invalid_IsRefusedAndChangesNothing(string body, int status, string text)
    {
        long index = _host.Catalog.ServicesPoint.Index;
        await _host.PutRefusedAsync(Register, body, status, text);
        Assert.Equal(index, _host.Catalog.ServicesPoint.Index);
    }

    [Fact]
    public async Task Register_CheckTooLargeToKeep_Is413()
    {
        string body = """{"Name":"web","Check":{"TTL":"10s","Notes":"NOTES"}}""".Replace("NOTES", new string('x', 20_000), StringComparison.Ordinal);
        await _host.PutRefusedAsync(Register, body, 413, "Too large: a check's definition takes at most 16384 bytes");
    }

    [Fact]
    public async Task Register_BodyTooLarge_Is413()
    {
        string body = $"{{\"Name\":\"x\",\"Token\":\"{new string('t', 600_000)}\"}}";
        await _host.PutRefusedAsync(Register, body, 413, "Request body too large, max size: 524288 bytes.");
    }

    [Fact]
    public async Task Register_CheckWithoutThresholds_IsCriticalAtTheFirstFailure()
    {
        await _host.PutOkAsync(Register, "{\"Name\":\"web\",\"Check\":{\"TCP\":\"127.0.0.1:1\",\"Interval\":\"10s\",\"Status\":\"passing\"}}");
        Assert.Equal("passing", (await _host.CheckAsync("service:web")).Status);
        _host.Catalog.ReportCheck(_host.Catalog.LocalNode.Name, "service:web", HealthStatus.Critical, "refused", ReportKind.Probe);
        Assert.Equal("critical", (await _host.CheckAsync("service:web")).Status);
    }

    [Fact]
    public async Task Register_Again_KeepsStatusAndOtherChecksUnlessReplaced()
    {
        await _host.PutOkAsync(Register, "{\"Name\":\"web\",\"Checks\":[{\"CheckID\":\"a\",\"TTL\":\"30s\"},{\"CheckID\":\"b\",\"TTL\":\"30s\"}]}");
        await _host.PutOkAsync("/v1/agent/check/warn/a?note=slow+start");
        await _host.PutOkAsync(Register, "{\"Name\":\"web\",\"Checks\":[{\"CheckID\":\"a\",\"TTL\":\"30s\"}]}");
        Assert.Equal(("warning", "slow start"), await _host.CheckAsync("a"));
        Assert.Equal("critical", (await _host.CheckAsync("b")).Status);

        await _host.PutOkAsync(Register + "?replace-existing-checks=false", "{\"Name\":\"web\",\"Check\":{\"CheckID\":\"a\",\"TTL\":\"30s\"}}");
        Assert.Equal("critical", (await _host.CheckAsync("b")).Status);

        await _host.PutOkAsync(Register + "?replace-existing-checks", "{\"Name\":\"web\",\"Check\":{\"CheckID\":\"a\",\"TTL\":\"30s\"}}");
        Assert.Equal("absent", (await _host.CheckAsync("b")).Status);
        Assert.Equal("warning", (await _host.CheckAsync("a")).Status);
    }

    [Fact]
    public async Task Register_Lease_ExpiresWithoutRenewal()
    {
        await _host.PutOkAsync(Register, "{\"Name\":\"web\",\"Lease\":\"500ms\"}");
        Assert.Single((await _host.GetAsync("/v1/health/service/web")).Json!.AsArray());
        for (int i = 0; i < 20; i++)
        {
            _host.Time.Advance(TimeSpan.FromMilliseconds(50));
            _host.Catalog.Tick();
        }

        Assert.Empty((await _host.GetAsync("/v1/health/service/web")).Json!.AsArray());
    }

    [Fact]
    public async Task Deregister_Registered_LeavesEveryAnswer()
    {
        await _host.PutOkAsync(Register, "{\"ID\":\"a/b c\",\"Name\":\"web\"}");
        await _host.PutOkAsync("/v1/agent/service/deregister/a%2Fb%20c");
        Assert.Equal("[]", (await _host.GetAsync("/v1/health/service/web")).Text);
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("consul")]
    public async Task Deregister_Unknown_Is404(string id) =>
        await _host.PutRefusedAsync(
            "/v1/agent/service/deregister/" + id, "", 404, $"Unknown service ID \"{id}\". Ensure that the service ID is passed, not the service name.");

    [Fact]
    public async Task Deregister_OnAnotherNode_IsDoneThereWhenUniqueAndRefusedWhenNot()
    {
        _host.Catalog.AddNode("n1");
        _host.Catalog.AddNode("n2");
        _host.Catalog.Add("web", "w1", node: "n1");
        _host.Catalog.Add("web", "w2", node: "n1");
        _host.Catalog.Add("web", "w2", node: "n2");

        await _host.PutOkAsync("/v1/agent/check/warn/service:w1");
        await _host.PutOkAsync("/v1/agent/service/deregister/w1");
        ConsulAnswer refused = await _host.PutAsync("/v1/agent/service/deregister/w2");
        Assert.Equal(404, refused.Status);
        Assert.Contains("n1", refused.Text);
        Assert.Contains("n2", refused.Text);
        Assert.Equal(["w2", "w2"], (await _host.GetAsync("/v1/health/service/web")).HealthIds);
    }

    [Fact]
    public async Task Register_AnInstanceThatIsDraining_LeavesItOutOfPassing()
    {
        const string Web = "{\"ID\":\"web-1\",\"Name\":\"web\"}";
        await _host.PutOkAsync(Register, Web);
        _host.Catalog.SetState(_host.Catalog.LocalNode.Name, "web-1", InstanceState.Draining, "deploy");
        await _host.PutOkAsync(Register + "?replace-existing-checks", Web);

        Assert.Empty((await _host.GetAsync("/v1/health/service/web?passing")).HealthIds);
        Assert.Equal(["web-1"], (await _host.GetAsync("/v1/health/service/web")).HealthIds);
        var check = (await _host.GetAsync("/v1/agent/checks")).Json!["_service_maintenance:web-1"]!;
        Assert.Equal(("Draining", "critical", "deploy", "maintenance"), ((string)check["Name"]!, (string)check["Status"]!, (string)check["Notes"]!, (string)check["Type"]!));
        await _host.PutOkAsync("/v1/agent/service/maintenance/web-1?enable=false");
        Assert.Equal(["web-1"], (await _host.GetAsync("/v1/health/service/web?passing")).HealthIds);
    }

    [Fact]
    public async Task Maintenance_OfAService_AddsAndRemovesItsCheck()
    {
        await _host.PutOkAsync(Register, "{\"ID\":\"web-1\",\"Name\":\"web\"}");
        await _host.PutOkAsync("/v1/agent/service/maintenance/web-1?enable=true&reason=new%20disk");
        var check = (await _host.GetAsync("/v1/agent/checks")).Json!["_service_maintenance:web-1"]!;
        Assert.Equal(
            ("Service Maintenance Mode", "critical", "new disk", "maintenance"),
            ((string)check["Name"]!, (string)check["Status"]!, (string)check["Notes"]!, (string)check["Type"]!));
        Assert.Equal("[]", (await _host.GetAsync("/v1/health/service/web?passing")).Text);

        await _host.PutOkAsync("/v1/agent/service/maintenance/web-1?enable=false");
        await _host.PutOkAsync("/v1/agent/service/maintenance/web-1?enable=false");
        Assert.Equal("{}", (await _host.GetAsync("/v1/agent/checks")).Text);
    }

    [Fact]
    public async Task Maintenance_OfTheNode_ConcernsEveryServiceOnIt()
    {
        await _host.PutOkAsync(Register, "{\"Name\":\"web\"}");
        await _host.PutOkAsync("/v1/agent/maintenance?enable=1");
        var check = (await _host.GetAsync("/v1/agent/checks")).Json!["_node_maintenance"]!;
        Assert.Equal("Maintenance mode is enabled for this node, but no reason was provided. This is a default message.", (string)check["Notes"]!);
        Assert.Equal("[]", (await _host.GetAsync("/v1/health/service/web?passing")).Text);
        await _host.PutOkAsync("/v1/agent/maintenance?enable=f");
        Assert.Single((await _host.GetAsync("/v1/health/service/web?passing")).HealthIds);
    }

    [Theory]
    [InlineData("/v1/agent/service/maintenance/?enable=true", 400, "Missing service ID")]
    [InlineData("/v1/agent/service/maintenance/web", 400, "Missing value for enable")]
    [InlineData("/v1/agent/service/maintenance/web?enable=zz", 400, "Invalid value for enable: \"zz\"")]
    [InlineData("/v1/agent/service/maintenance/web?enable=true", 404, "Unknown service ID \"web\". Ensure that the service ID is passed, not the service name.")]
    [InlineData("/v1/agent/maintenance", 400, "Missing value for enable")]
    [InlineData("/v1/agent/maintenance?enable=yes", 400, "Invalid value for enable: \"yes\"")]
    public async Task Maintenance_Invalid_IsRefused(string path, int status, string text) =>
        await _host.PutRefusedAsync(path, "", status, text);

    [Fact]
    public async Task Register_SeededMutations_NeverFailInsideAndNeverHalfApply()
    {
        byte[] valid = Encoding.UTF8.GetBytes("""{"ID":"w","Name":"w","Port":80,"Tags":["a"],"Check":{"TTL":"10s"},"Checks":[{"CheckID":"c","TCP":"h:1","Interval":"5s"}]}""");
        var random = new Random(7);
        for (int i = 0; i < 300; i++)
        {
            long index = _host.Catalog.ServicesPoint.Index;
            int instances = _host.Catalog.Statistics.Instances;
            using var content = new ByteArrayContent(JsonMutations.Mutate(valid, random));
            using HttpResponseMessage response = await _host.Client.PutAsync(Register, content);
            string text = await response.Content.ReadAsStringAsync();
            Assert.NotEqual("Internal error", text);
            if (!response.IsSuccessStatusCode)
            {
                Assert.NotEmpty(text);
                Assert.Equal((index, instances), (_host.Catalog.ServicesPoint.Index, _host.Catalog.Statistics.Instances));
            }
        }
    }
}
