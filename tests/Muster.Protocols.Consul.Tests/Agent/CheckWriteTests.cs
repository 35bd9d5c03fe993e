using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Model;
using Muster.Protocols.Consul.Agent;
using Muster.Protocols.Consul.Definitions;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Agent;

public sealed class CheckWriteTests : IAsyncLifetime
{
    private const string Register = "/v1/agent/check/register";
    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ConsulHost.StartAsync();
        await _host.PutOkAsync("/v1/agent/service/register", "{\"ID\":\"web-1\",\"Name\":\"web\",\"Check\":{\"TTL\":\"30s\"}}");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Report_PassWarnFail_SetsStatusAndOutput()
    {
        await _host.PutOkAsync("/v1/agent/check/pass/service:web-1?note=all%20well");
        Assert.Equal(("passing", "all well"), await _host.CheckAsync("service:web-1"));
        await _host.PutOkAsync("/v1/agent/check/warn/service:web-1?note=hot");
        Assert.Equal(("warning", "hot"), await _host.CheckAsync("service:web-1"));
        await _host.PutOkAsync("/v1/agent/check/fail/service:web-1");
        Assert.Equal(("critical", ""), await _host.CheckAsync("service:web-1"));
        await _host.PutOkAsync("/v1/agent/check/update/service:web-1", "{\"Status\":\"passing\",\"Output\":\"ok\"}");
        Assert.Equal(("passing", "ok"), await _host.CheckAsync("service:web-1"));
        await _host.PutOkAsync("/v1/agent/check/pass/service:web-1");
        Assert.Equal(("passing", ""), await _host.CheckAsync("service:web-1"));
    }

    [Fact]
    public async Task Report_EncodedNote_IsNotMistakenForTheSameText()
    {
        await _host.PutOkAsync("/v1/agent/check/pass/service:web-1?note=a%252Bb");
        Assert.Equal("a%2Bb", (await _host.CheckAsync("service:web-1")).Output);
        await _host.PutOkAsync("/v1/agent/check/pass/service:web-1?note=a%2Bb");
        Assert.Equal("a+b", (await _host.CheckAsync("service:web-1")).Output);
    }

    [Fact]
    public async Task Report_LongOutput_IsCutLikeConsuls()
    {
        await _host.PutOkAsync("/v1/agent/check/update/service:web-1", $"{{\"Status\":\"passing\",\"Output\":\"{new string('x', 5000)}\"}}");
        Assert.Equal($"{new string('x', 4096)} ... (captured 4096 of 5000 bytes)", (await _host.CheckAsync("service:web-1")).Output);
    }

    [Theory]
    [InlineData("pass/nope", "", 404, "Unknown check ID \"nope\". Ensure that the check ID is passed, not the check name.")]
    [InlineData("pass/service:nope", "", 404, "Unknown check ID \"service:nope\". Ensure that the check ID is passed, not the check name.")]
    [InlineData("fail/serfHealth", "", 404, "Unknown check ID \"serfHealth\". Ensure that the check ID is passed, not the check name.")]
    [InlineData("warn/", "", 400, "Missing check ID")]
    [InlineData("update/service:web-1", "{\"Status\":\"x\"}", 400, "Invalid check status: 'x'")]
    [InlineData("update/service:web-1", "{\"Status\":\"passing\",\"More\":1}", 400, "Request decode failed: json: unknown field \"More\"")]
    [InlineData("update/service:web-1", "", 400, "Request decode failed: EOF")]
    [InlineData("deregister/nope", "", 404, "Unknown check ID \"nope\". Ensure that the check ID is passed, not the check name.")]
    [InlineData("deregister/serfHealth", "", 404, "Unknown check ID \"serfHealth\". Ensure that the check ID is passed, not the check name.")]
    [InlineData("register", "{\"TTL\":\"1s\"}", 400, "Missing check name")]
    [InlineData("register", "{\"Name\":\"c\",\"TTL\":\"1s\",\"Status\":\"x\"}", 400, "Bad check status")]
    [InlineData("register", "{\"Name\":\"c\"}", 400, "Invalid check: TTL must be > 0 for TTL checks")]
    [InlineData("register", "{\"Name\":\"c\",\"TTL\":\"1s\",\"ServiceID\":\"x\"}", 404, "ServiceID \"x\" does not exist")]
    [InlineData("register", "{\"Name\":\"serfHealth\",\"TTL\":\"1s\"}", 400, "Validation failed: the check ID \"serfHealth\" is the server's own")]
    public async Task Checks_Invalid_IsRefusedInTheWordsOfConsul(string path, string body, int status, string text) =>
        await _host.PutRefusedAsync("/v1/agent/check/" + path, body, status, text);

    [Fact]
    public async Task Report_OnAProbe_Is500()
    {
        await _host.PutOkAsync(Register, "{\"Name\":\"probe\",\"TCP\":\"127.0.0.1:1\",\"Interval\":\"10s\"}");
        await _host.PutRefusedAsync("/v1/agent/check/pass/probe", "", 500, "CheckID \"probe\" does not have associated TTL");
    }

    [Fact]
    public async Task Register_ForAService_JoinsItsHealth()
    {
        await _host.PutOkAsync("/v1/agent/check/pass/service:web-1");
        await _host.PutOkAsync(Register, "{\"ID\":\"disk\",\"Name\":\"Disk\",\"ServiceID\":\"web-1\",\"TTL\":\"10s\",\"Status\":\"passing\"}");
        Assert.Single((await _host.GetAsync("/v1/health/service/web?passing")).HealthIds);
        await _host.PutOkAsync("/v1/agent/check/fail/disk?note=full");
        Assert.Empty((await _host.GetAsync("/v1/health/service/web?passing")).HealthIds);

        // registered again without a status it keeps its own
        await _host.PutOkAsync(Register, "{\"ID\":\"disk\",\"Name\":\"Disk\",\"ServiceID\":\"web-1\",\"TTL\":\"20s\"}");
        Assert.Equal(("critical", "full"), await _host.CheckAsync("disk"));
        await _host.PutOkAsync("/v1/agent/check/deregister/disk");
        Assert.Single((await _host.GetAsync("/v1/health/service/web?passing")).HealthIds);
    }

    [Fact]
    public async Task Register_ForTheNode_ConcernsEveryServiceOnIt()
    {
        await _host.PutOkAsync("/v1/agent/check/pass/service:web-1");
        await _host.PutOkAsync(Register, "{\"Name\":\"mem\",\"TTL\":\"10s\"}");
        Assert.Empty((await _host.GetAsync("/v1/health/service/web?passing")).HealthIds);
        await _host.PutOkAsync("/v1/agent/check/pass/mem");
        Assert.Single((await _host.GetAsync("/v1/health/service/web?passing")).HealthIds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?note=steady")]
    public async Task Pass_OfAPassingCheck_AllocatesAndWritesNothing(string query)
    {
        await _host.PutOkAsync("/v1/agent/check/pass/service:web-1" + query);
        var checks = new CheckWrites(_host.Catalog, new AgentLookup(_host.Catalog), new TokenWarning(NullLogger.Instance), ScriptRule.RefusedRemotely);
        var context = new DefaultHttpContext();
        const string Path = "/v1/agent/check/pass/service:web-1";
        context.Request.QueryString = new QueryString(query);
        var request = new ConsulRequest(context, Path, Path.LastIndexOf('/') + 1, default);
        long index = _host.Catalog.ChecksPoint.Index, renewals = _host.Catalog.Statistics.Renewals, before = 0;
        for (int i = 0; i < 300; i++)
        {
            if (i == 200)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            Assert.True(checks.PassAsync(request).IsCompletedSuccessfully);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal((index, renewals + 300), (_host.Catalog.ChecksPoint.Index, _host.Catalog.Statistics.Renewals));
        Assert.Equal(HealthStatus.Passing, _host.Catalog.FindCheck(_host.Catalog.LocalNode, "service:web-1")!.Value.Check.Status);
    }
}
