using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Agent;

public sealed class HostTests : IAsyncLifetime
{
    private readonly FakeAgentHost _process = new();
    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ConsulHost.StartAsync(host: _process);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Reload_Good_IsEmpty() => await _host.PutOkAsync("/v1/agent/reload");

    [Fact]
    public async Task Reload_Bad_NamesEverything()
    {
        _process.ReloadProblems.AddRange(["a.json: wrong", "b.json: wrong too"]);
        await _host.PutRefusedAsync("/v1/agent/reload", "", 500, "a.json: wrong\nb.json: wrong too");
    }

    [Fact]
    public async Task Leave_AnswersAndAsksOnce()
    {
        await _host.PutOkAsync("/v1/agent/leave");
        Assert.Equal(1, _process.Left);
    }

    [Fact]
    public async Task Host_HasTheFieldsOfConsul()
    {
        JsonNode host = (await _host.GetAsync("/v1/agent/host")).Json!;
        Assert.Equal(["Memory", "CPU", "Host", "Disk", "CollectionTime", "Errors"], host.AsObject().Select(pair => pair.Key));
        Assert.Equal((1000, 600, 400, 40.0), ((long)host["Memory"]!["total"]!, (long)host["Memory"]!["available"]!, (long)host["Memory"]!["used"]!, (double)host["Memory"]!["usedPercent"]!));
        Assert.Equal(("Maker", 2445.43, 512), ((string)host["CPU"]![0]!["vendorId"]!, (double)host["CPU"]![0]!["mhz"]!, (int)host["CPU"]![0]!["cacheSize"]!));
        Assert.Equal(("box", 3600, "x86_64"), ((string)host["Host"]!["hostname"]!, (int)host["Host"]!["uptime"]!, (string)host["Host"]!["kernelArch"]!));
        Assert.Equal((60.0, 6), ((double)host["Disk"]!["usedPercent"]!, (int)host["Disk"]!["inodesUsed"]!));
        Assert.Equal((5_000_000_000, null), ((long)host["CollectionTime"]!, host["Errors"]));
    }

    [Fact]
    public async Task Monitor_StreamsLinesUntilTheClientGoes()
    {
        using (HttpResponseMessage answer = await MonitorAsync("?loglevel=WARN&logjson"))
        {
            Assert.Equal((200, (LogLevel.Warning, true)), ((int)answer.StatusCode, _process.Followed!.Value));
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            await _process.Log.Writer.WriteAsync("one", TestContext.Current.CancellationToken);
            Assert.Equal("one", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
            await _process.Log.Writer.WriteAsync("two", TestContext.Current.CancellationToken);
            Assert.Equal("two", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        }

        await Eventually.TrueAsync(() => _process.StoppedFollowing);
    }

    [Fact]
    public async Task Monitor_ServerStops_Ends()
    {
        using HttpResponseMessage answer = await MonitorAsync("");
        Assert.Equal((LogLevel.Information, false), _process.Followed);
        _host.BeginStop();
        Assert.Equal("", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(_process.StoppedFollowing);
    }

    [Fact]
    public async Task Monitor_Wrong_IsRefused()
    {
        ConsulAnswer level = await _host.GetAsync("/v1/agent/monitor?loglevel=loud");
        Assert.Equal((400, "Unknown log level: loud"), (level.Status, level.Text));
        _process.LogIsTaken = true;
        Assert.Equal(429, (await _host.GetAsync("/v1/agent/monitor")).Status);
    }

    private Task<HttpResponseMessage> MonitorAsync(string query) =>
        _host.Client.GetAsync("/v1/agent/monitor" + query, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
}
