using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Muster.Client.Registration;
using Muster.FailureTests.Processes;
using Muster.FunctionalTests;
using static Muster.Client.Hosting.Tests.TestApp;

namespace Muster.Client.Hosting.Tests.Registration;

public sealed class LifecycleTests
{
    [Fact]
    public async Task Start_PortZero_RegistersTheRealPortAndItAnswers()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        WebApplicationBuilder builder = Builder(agent, ("Muster:Zone", "z1"), ("Muster:Registration:Tags:0", "v2"), ("Muster:Registration:Metadata:version", "1.2.3"));
        builder.Services.AddMusterRegistration("payments");
        await using WebApplication app = builder.Build();
        app.MapGet("/", () => "hello");

        await app.StartAsync();
        RegisteredInstance entry = await app.RegisteredAsync();

        JsonNode instance = (await InstancesAsync(agent))[0]!;
        Assert.Equal(new Uri(app.Urls.Single()).Port, (int)instance["port"]!);
        Assert.Equal((int)instance["port"]!, (int)instance["ports"]!["http"]!);
        Assert.Equal("127.0.0.1", (string)instance["address"]!);
        Assert.Equal("z1", (string)instance["zone"]!);
        Assert.Equal("v2", (string)instance["tags"]![0]!);
        Assert.Equal("1.2.3", (string)instance["metadata"]!["version"]!);
        Assert.Equal(entry.Epoch, (long)instance["epoch"]!);
        Assert.Equal($"payments-{Environment.MachineName.ToLowerInvariant()}-{entry.Instance.Port}", (string)instance["id"]!);
        using var http = new HttpClient();
        Assert.Equal("hello", await http.GetStringAsync(new Uri($"http://{instance["address"]}:{instance["port"]}/")));
        await app.StopAsync();
    }

    [Fact]
    public async Task Start_BoundToAllAddresses_RegistersOneThatAnswers()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        WebApplicationBuilder builder = Builder(agent);
        builder.WebHost.UseUrls("http://*:0");
        builder.Services.AddMusterRegistration("payments");
        await using WebApplication app = builder.Build();
        app.MapGet("/", () => "hello");

        await app.StartAsync();
        RegisteredInstance entry = await app.RegisteredAsync();

        Assert.True(IPAddress.TryParse(entry.Instance.Address, out IPAddress? address));
        Assert.False(address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
        using var http = new HttpClient();
        Assert.Equal("hello", await http.GetStringAsync(new Uri($"http://{entry.Instance.Address}:{entry.Instance.Port}/")));
        await app.StopAsync();
    }

    [Fact]
    public async Task Stop_LeavesTheRegistryFirst_AndFinishesRequestsInFlight()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        WebApplicationBuilder builder = Builder(agent, ("Muster:Registration:DrainPeriod", "00:00:00.5"));
        builder.Services.AddMusterRegistration("payments");
        await using WebApplication app = builder.Build();
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        app.MapGet("/", () => "hello");
        app.MapGet("/slow", async () =>
        {
            entered.SetResult();
            await release.Task;
            return "done";
        });
        await app.StartAsync();
        RegisteredInstance entry = await app.RegisteredAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Task<string> slow = http.GetStringAsync(new Uri("/slow", UriKind.Relative));
        await entered.Task;

        Task stop = app.StopAsync();
        await UntilAsync(() => entry.Status.State == RegistrationState.Ended);

        // out of the registry, yet the port is open: whoever has not heard of it is still served
        Assert.Empty(await InstancesAsync(agent));
        Assert.Equal("hello", await http.GetStringAsync(new Uri("/", UriKind.Relative)));
        Assert.False(stop.IsCompleted);
        release.SetResult();
        Assert.Equal("done", await slow);
        await stop;
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(new Uri("/", UriKind.Relative)));
        string timeline = await agent.GetAsync("/api/v1/services/payments/timeline");
        Assert.Contains("deregistered", timeline, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_RegistryDown_StartsAndStopsAllTheSame()
    {
        WebApplicationBuilder builder = Builder(null, ("Muster:Addresses:0", "http://127.0.0.1:1"), ("Muster:Registration:DrainPeriod", "00:00:20"));
        builder.Services.AddMusterRegistration("payments");
        await using WebApplication app = builder.Build();
        app.MapGet("/", () => "hello");

        await app.StartAsync();
        Registrar registrar = app.Services.GetRequiredService<Registrar>();
        await UntilAsync(() => registrar.Instances is [{ Status.Failures: > 0 }]);
        using var http = new HttpClient();
        Assert.Equal("hello", await http.GetStringAsync(new Uri(app.Urls.Single())));

        await app.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Start_RequiredAndRegistryDown_Fails()
    {
        WebApplicationBuilder builder = Builder(
            null, ("Muster:Addresses:0", "http://127.0.0.1:1"), ("Muster:Registration:Required", "true"), ("Muster:Registration:RequiredTimeout", "00:00:00.3"));
        builder.Services.AddMusterRegistration("payments");
        await using WebApplication app = builder.Build();

        await Assert.ThrowsAsync<RegistrationException>(() => app.StartAsync());
        Assert.Equal(RegistrationState.Ended, app.Services.GetRequiredService<Registrar>().Instances.Single().Status.State);
    }

    [Fact]
    public async Task Start_RegistryComesLater_Registers()
    {
        int port = Ports.Free(IPAddress.Loopback);
        WebApplicationBuilder builder = Builder(null, ("Muster:Addresses:0", $"http://127.0.0.1:{port}"));
        builder.Services.AddMusterRegistration("payments");
        await using WebApplication app = builder.Build();
        await app.StartAsync();
        await UntilAsync(() => app.Services.GetRequiredService<Registrar>().Instances is [{ Status.Failures: > 0 }]);

        await using RunningAgent agent = await RunningAgent.StartAsync("-dev", $"-http-port={port}");
        await app.RegisteredAsync();

        Assert.Single(await InstancesAsync(agent));
        await app.StopAsync();
    }

    [Fact]
    public async Task Stop_RegistryDied_IsBounded()
    {
        RunningAgent agent = await RunningAgent.StartAsync("-dev");
        WebApplicationBuilder builder = Builder(agent);
        builder.Services.AddMusterRegistration("payments");
        await using WebApplication app = builder.Build();
        await app.StartAsync();
        await app.RegisteredAsync();

        await agent.StopAsync();

        await app.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task WaitForReady_IsStartingUntilTheHealthChecksPass()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        WebApplicationBuilder builder = Builder(agent, ("Muster:Registration:WaitForReady", "true"));
        builder.Services.AddMusterRegistration("payments");
        bool ready = false;
        builder.Services.AddHealthChecks().AddMuster().AddCheck(
            "warm",
            () => Volatile.Read(ref ready)
                ? Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Healthy()
                : Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Unhealthy(),
            ["ready"]);
        await using WebApplication app = builder.Build();

        await app.StartAsync();
        await app.RegisteredAsync();
        Assert.Equal("starting", (string)(await InstancesAsync(agent))[0]!["state"]!);

        Volatile.Write(ref ready, true);
        await UntilAsync(async () => (string)(await InstancesAsync(agent))[0]!["state"]! == "up");
        await app.StopAsync();
    }

    [Fact]
    public async Task HealthPath_IsProbedByTheRegistry()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        WebApplicationBuilder builder = Builder(agent, ("Muster:Registration:HealthPath", "/health"), ("Muster:Registration:HealthInterval", "00:00:01"));
        builder.Services.AddMusterRegistration("payments");
        await using WebApplication app = builder.Build();
        int probes = 0;
        app.MapGet("/health", () => Interlocked.Increment(ref probes));

        await app.StartAsync();
        await app.RegisteredAsync();

        await UntilAsync(async () => (string)(await InstancesAsync(agent))[0]!["health"]! == "passing");
        Assert.True(Volatile.Read(ref probes) > 0);
        await app.StopAsync();
    }

    [Fact]
    public async Task Worker_WithoutAWebServer_RegistersThePortItIsGiven()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Muster:Addresses:0"] = agent.Client.BaseAddress!.AbsoluteUri,
            ["Muster:Registration:Service"] = "payments",
            ["Muster:Registration:Port"] = "9000",
            ["Muster:Registration:DrainPeriod"] = "00:00:00",
        });
        builder.Services.AddMusterRegistration("ignored");
        using IHost host = builder.Build();

        await host.StartAsync();
        Registrar registrar = host.Services.GetRequiredService<Registrar>();
        await UntilAsync(() => registrar.Instances is [{ Status.State: RegistrationState.Registered }]);

        Assert.Equal(9000, (int)(await InstancesAsync(agent))[0]!["port"]!);
        await host.StopAsync();
        Assert.Empty(await InstancesAsync(agent));
    }

    [Fact]
    public async Task Worker_WithoutAPort_SaysWhatIsMissing()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMusterRegistration("payments");
        using IHost host = builder.Build();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());

        Assert.Contains("Muster:Registration:Port", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<JsonArray> InstancesAsync(RunningAgent agent)
    {
        using HttpResponseMessage answer = await agent.Client.GetAsync(new Uri("/api/v1/services/payments", UriKind.Relative));
        return answer.StatusCode == HttpStatusCode.NotFound
            ? []
            : JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["instances"]!.AsArray();
    }
}
