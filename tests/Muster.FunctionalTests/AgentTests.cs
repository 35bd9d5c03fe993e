using System.Net;
using System.Net.Sockets;
using Muster.Server.Hosting;

namespace Muster.FunctionalTests;

public class AgentTests
{
    private const string Web = """{"Name":"web","ID":"web-1","Port":80,"Address":"10.0.0.1","Check":{"TTL":"30s","Status":"passing"}}""";

    [Fact]
    public async Task Start_AfterACleanStop_RecoversAndTheIndexGrows()
    {
        using var data = new TemporaryDirectory();
        RunningAgent first = await RunningAgent.StartAsync($"-data-dir={data.Path}", "-server", "-bootstrap");
        await first.RegisterAsync(Web);
        string before = await first.GetAsync("/v1/health/service/web?passing");
        long index = first.Agent.Catalog.ServiceIndex("web");
        await first.StopAsync();

        await using RunningAgent second = await RunningAgent.StartAsync($"-data-dir={data.Path}", "-server", "-bootstrap");
        Assert.Equal(before, await second.GetAsync("/v1/health/service/web?passing"));
        Assert.True(second.Agent.Catalog.ServiceIndex("web") > index);
    }

    [Fact]
    public async Task Start_DataDirectoryInUse_SaysSo()
    {
        using var data = new TemporaryDirectory();
        await using RunningAgent first = await RunningAgent.StartAsync($"-data-dir={data.Path}", "-server", "-bootstrap");
        var refusal = await Assert.ThrowsAsync<AgentStartException>(() => RunningAgent.StartAsync($"-data-dir={data.Path}", "-server", "-bootstrap"));
        Assert.Contains(data.Path, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortInUse_SaysSo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var http = await Assert.ThrowsAnyAsync<IOException>(() => RunningAgent.StartAsync("-dev", $"-http-port={port}"));
        var dns = await Assert.ThrowsAnyAsync<IOException>(() => RunningAgent.StartAsync("-dev", $"-dns-port={port}"));
        Assert.StartsWith($"HTTP cannot listen on port {port} of 127.0.0.1: ", http.Message, StringComparison.Ordinal);
        Assert.Contains("in use", http.Message, StringComparison.Ordinal);
        Assert.StartsWith($"DNS cannot listen on port {port} of 127.0.0.1: ", dns.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heartbeats_OnADurableServer_WriteNothing()
    {
        using var data = new TemporaryDirectory();
        await using RunningAgent agent = await RunningAgent.StartAsync($"-data-dir={data.Path}", "-server", "-bootstrap");
        await agent.RegisterAsync(Web);
        long bytes = data.Bytes, changes = agent.Agent.Catalog.Statistics.Changes;
        for (int i = 0; i < 200; i++)
        {
            using HttpResponseMessage answer = await agent.PutAsync("/v1/agent/check/pass/service:web-1");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(bytes, data.Bytes);
        Assert.Equal(changes, agent.Agent.Catalog.Statistics.Changes);
        Assert.Equal(200, agent.Agent.Catalog.Statistics.Renewals);
    }

    [Fact]
    public async Task MetricsHealthAndReads_WhileTheWriterIsBusy_AreServed()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await agent.RegisterAsync(Web);
        using var busy = new ManualResetEventSlim();
        using var done = new ManualResetEventSlim();
        var writer = new Thread(() => agent.Agent.Catalog.Export(() =>
        {
            busy.Set();
            done.Wait();
        }));
        writer.Start();
        busy.Wait(TestContext.Current.CancellationToken);
        try
        {
            Assert.Contains("muster_catalog_instances 2", await agent.GetAsync("/metrics"), StringComparison.Ordinal);
            Assert.Contains("ready", await agent.GetAsync("/health/ready"), StringComparison.Ordinal);
            Assert.Contains("web-1", await agent.GetAsync("/v1/health/service/web?passing"), StringComparison.Ordinal);
        }
        finally
        {
            done.Set();
            writer.Join();
        }
    }

    [Fact]
    public async Task Metrics_AnotherMethodThanGet_IsRefused()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        using HttpResponseMessage answer = await agent.PutAsync("/metrics");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal("GET", Assert.Single(answer.Content.Headers.Allow));
    }

    [Fact]
    public async Task Stop_WithABlockedQuery_AnswersIt()
    {
        RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await agent.RegisterAsync(Web);
        long index = agent.Agent.Catalog.ServiceIndex("web");
        Task<string> blocked = agent.GetAsync($"/v1/health/service/web?index={index}&wait=5m");
        WaitUntil(() => agent.Agent.Catalog.ServicePoint("web").Count == 1);
        await agent.Agent.StopAsync(TimeSpan.FromSeconds(10));
        Assert.Contains("web-1", await blocked, StringComparison.Ordinal);
        await agent.DisposeAsync();
    }

    [Fact]
    public async Task Probe_OfADeadTarget_TakesTheInstanceOutAndRemovesItToTheSecond()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        int port = ((IPEndPoint)target.LocalEndpoint).Port;
        await agent.RegisterAsync($$$"""
            {"Name":"db","Port":{{{port}}},"Check":{"TCP":"127.0.0.1:{{{port}}}","Interval":"1s","DeregisterCriticalServiceAfter":"2s"}}
            """);
        WaitUntil(() => agent.Agent.Catalog.FindService("db")?.Instances[0].Status == Model.HealthStatus.Passing);
        target.Stop();
        WaitUntil(() => agent.Agent.Catalog.FindService("db")?.Instances[0].Status != Model.HealthStatus.Passing);
        WaitUntil(() => agent.Agent.Catalog.FindService("db") is null);
        WaitUntil(() => agent.Agent.Catalog.TimelineOf("db")[^1].Cause.Contains("deregister after 2 s", StringComparison.Ordinal));
    }

    private static void WaitUntil(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)), "it did not happen within 30 s");
}
