using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Muster.FailureTests.Processes;
using Muster.FunctionalTests;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace Muster.Client.Yarp.Tests;

public sealed class DestinationTests
{
    [Fact]
    public async Task Proxy_InstancesComeAndGo_RequestsFollowThem()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await using WebApplication one = await UpstreamAsync("one");
        await using WebApplication two = await UpstreamAsync("two");
        await RegisterAsync(agent, "p-1", one);
        await using WebApplication proxy = ProxyOf(agent, "http://payments");
        await proxy.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(proxy.Urls.Single()) };

        Assert.Equal("one", await http.GetStringAsync(new Uri("/x", UriKind.Relative)));

        await RegisterAsync(agent, "p-2", two);
        await UntilAsync(async () => await http.GetStringAsync(new Uri("/x", UriKind.Relative)) == "two");

        using HttpResponseMessage gone = await agent.Client.DeleteAsync(new Uri("/api/v1/instances/p-1", UriKind.Relative));
        await UntilAsync(() => Task.FromResult(Ids(proxy).SequenceEqual(["all[n1/p-2]"])));
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("two", await http.GetStringAsync(new Uri("/x", UriKind.Relative)));
        }
    }

    [Fact]
    public async Task Resolve_ChangeOfNoInterest_KeepsTokenAndDestinations()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await RegisterAsync(agent, "p-1", 8001, """, "tags": ["a"]""");
        await using var client = ClientOf(agent);
        var resolver = new MusterDestinationResolver(client, TimeProvider.System);
        ResolvedDestinationCollection first = await resolver.ResolveDestinationsAsync(Configured("http://payments/base"), default);
        Assert.Equal("http://127.0.0.1:8001/base", first.Destinations["all[n1/p-1]"].Address);

        await RegisterAsync(agent, "p-1", 8001, """, "tags": ["b"]""");
        await UntilAsync(() => Task.FromResult(client.Service("payments").View.Instances[0].Tags.Contains("b")));
        Assert.False(first.ChangeToken!.HasChanged);
        Assert.Same(first, await resolver.ResolveDestinationsAsync(Configured("http://payments/base"), default));

        await RegisterAsync(agent, "p-2", 8002);
        await UntilAsync(() => Task.FromResult(first.ChangeToken!.HasChanged));
        ResolvedDestinationCollection second = await resolver.ResolveDestinationsAsync(Configured("http://payments/base"), default);
        Assert.Equal(["all[n1/p-1]", "all[n1/p-2]"], second.Destinations.Keys.Order());
        Assert.Equal(first.Destinations["all[n1/p-1]"], second.Destinations["all[n1/p-1]"]);
    }

    [Fact]
    public async Task Resolve_RegistryDies_KeepsWhatWasKnown()
    {
        RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await RegisterAsync(agent, "p-1", 8001);
        await using var client = ClientOf(agent);
        var resolver = new MusterDestinationResolver(client, TimeProvider.System);
        ResolvedDestinationCollection first = await resolver.ResolveDestinationsAsync(Configured("http://payments"), default);

        await agent.StopAsync();

        await UntilAsync(() => Task.FromResult(client.Service("payments").Freshness.Age > TimeSpan.FromSeconds(0.5)));
        Assert.Same(first, await resolver.ResolveDestinationsAsync(Configured("http://payments"), default));
        Assert.Single(first.Destinations);
    }

    [Fact]
    public async Task Resolve_RegistryNeverHeard_IsEmptyAndTheTokenFiresWhenItIs()
    {
        int port = Ports.Free(IPAddress.Loopback);
        var options = new MusterClientOptions { Addresses = { new Uri($"http://127.0.0.1:{port}") }, FirstLookupTimeout = TimeSpan.FromSeconds(0.2) };
        options.Watch.ReconnectFirst = TimeSpan.FromSeconds(0.05);
        options.Watch.ReconnectWindow = TimeSpan.FromSeconds(0.1);
        await using var client = new MusterClient(options);
        var resolver = new MusterDestinationResolver(client, TimeProvider.System);
        ResolvedDestinationCollection first = await resolver.ResolveDestinationsAsync(Configured("http://payments"), default);
        Assert.Empty(first.Destinations);

        await using RunningAgent agent = await RunningAgent.StartAsync("-dev", $"-http-port={port}");
        await RegisterAsync(agent, "p-1", 8001);

        await UntilAsync(() => Task.FromResult(first.ChangeToken!.HasChanged));
        Assert.Single((await resolver.ResolveDestinationsAsync(Configured("http://payments"), default)).Destinations);
    }

    [Fact]
    public async Task Resolve_NamedPortsHostsAndHealth_AreThoseOfTheInstance()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await RegisterAsync(agent, "p-1", 8001, """, "ports": {"admin": 9001, "https": 8443}, "zone": "z1", "metadata": {"host": "pay.example"}""");
        await using var client = ClientOf(agent);
        var resolver = new MusterDestinationResolver(client, TimeProvider.System);
        var configured = new Dictionary<string, DestinationConfig>
        {
            ["admin"] = new() { Address = "http://_admin.payments" },
            ["main"] = new() { Address = "https+http://payments", Health = "http://_admin.payments/health" },
            ["other"] = new() { Address = "http://other.example:80" },
        };

        IReadOnlyDictionary<string, DestinationConfig> destinations = (await resolver.ResolveDestinationsAsync(configured, default)).Destinations;

        Assert.Equal("http://127.0.0.1:9001/", destinations["admin[n1/p-1]"].Address);
        DestinationConfig main = destinations["main[n1/p-1]"];
        Assert.Equal("https://127.0.0.1:8443/", main.Address);
        Assert.Equal("http://127.0.0.1:9001/health", main.Health);
        Assert.Equal("pay.example", main.Host);
        Assert.Equal("z1", main.Metadata!["zone"]);
        Assert.Same(configured["other"], destinations["other"]);
    }

    private static Dictionary<string, DestinationConfig> Configured(string address) => new() { ["all"] = new DestinationConfig { Address = address } };

    private static IEnumerable<string> Ids(WebApplication proxy) =>
        proxy.Services.GetRequiredService<IProxyStateLookup>().GetClusters().Single().Destinations.Keys;

    private static MusterClient ClientOf(RunningAgent agent) => new(new MusterClientOptions { Addresses = { agent.Client.BaseAddress! } });

    private static async Task<WebApplication> UpstreamAsync(string answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Run(context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, answer));
        await app.StartAsync();
        return app;
    }

    private static WebApplication ProxyOf(RunningAgent agent, string address)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Muster:Addresses:0"] = agent.Client.BaseAddress!.AbsoluteUri,
            ["ReverseProxy:Routes:all:ClusterId"] = "payments",
            ["ReverseProxy:Routes:all:Match:Path"] = "/{**rest}",
            ["ReverseProxy:Clusters:payments:Destinations:all:Address"] = address,
        });
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy")).AddMusterDestinations();
        WebApplication app = builder.Build();
        app.MapReverseProxy();
        return app;
    }

    private static Task RegisterAsync(RunningAgent agent, string id, WebApplication app) => RegisterAsync(agent, id, new Uri(app.Urls.Single()).Port);

    private static async Task RegisterAsync(RunningAgent agent, string id, int port, string more = "")
    {
        using var body = new StringContent(
            $$"""{"service": "payments", "id": "{{id}}", "address": "127.0.0.1", "port": {{port}}{{more}}}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await agent.Client.PostAsync(new Uri("/api/v1/instances", UriKind.Relative), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, "it did not come about within 20 s");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
