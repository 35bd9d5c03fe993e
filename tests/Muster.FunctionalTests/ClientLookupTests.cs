using Muster.Client;

namespace Muster.FunctionalTests;

/// <summary>The .NET client's lookup against the real server.</summary>
public sealed class ClientLookupTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Watch_LifeOfAnInstance_IsSeen()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await using MusterClient client = ClientOf(agent);
        ServiceView none = await client.GetAsync("payments", TestContext.Current.CancellationToken);
        Assert.Empty(none.Instances);

        await RegisterAsync(agent, "payments", "p-1", 8080);
        await RegisterAsync(agent, "payments", "p-2", 8081);
        ServiceView two = await SeeAsync(client, "payments", "p-1 p-2");
        ServiceInstance first = two.Instances[0];
        Assert.Equal(("payments", "n1", "10.0.0.1", 8080), (first.Service, first.Node, first.Address, first.Port));
        Assert.Equal(9000, first.Ports["admin"]);
        Assert.Equal("7", first.Metadata["version"]);
        Assert.Equal((5, InstanceHealth.Passing, InstanceState.Up, "eu-1a"), (first.Weight, first.Health, first.State, first.Zone));
        Assert.NotNull(first.RegisteredAt);
        Assert.Equal(ViewSource.Stream, two.Source);
        Assert.False(client.Service("payments").Freshness.IsStale);

        await SendAsync(agent, HttpMethod.Put, "/api/v1/instances/p-1/drain");
        await SeeAsync(client, "payments", view => view.Instances[0].State == InstanceState.Draining);

        await SendAsync(agent, HttpMethod.Delete, "/api/v1/instances/p-1");
        await SeeAsync(client, "payments", "p-2");
        await SendAsync(agent, HttpMethod.Delete, "/api/v1/instances/p-2");
        await SeeAsync(client, "payments", "");
    }

    [Fact]
    public async Task Watch_SecondService_JoinsWithoutLoss()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await RegisterAsync(agent, "payments", "p-1", 8080);
        await RegisterAsync(agent, "orders", "o-1", 8080);
        await using MusterClient client = ClientOf(agent);
        await SeeAsync(client, "payments", "p-1");
        await SeeAsync(client, "orders", "o-1");
        await RegisterAsync(agent, "payments", "p-2", 8080);
        ServiceView view = await SeeAsync(client, "payments", "p-1 p-2");
        Assert.Equal(2, view.Revision);
    }

    [Fact]
    public async Task Watch_ConnectionCut_TakesUpWhatItMissed()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await RegisterAsync(agent, "payments", "p-1", 8080);
        using var cable = new Cable();
        await using MusterClient client = ClientOf(agent, options => options.HttpHandler = cable.MakeHandler);
        await SeeAsync(client, "payments", "p-1");

        cable.Cut();
        await RegisterAsync(agent, "payments", "p-2", 8080);
        await RegisterAsync(agent, "payments", "p-3", 8080);
        await SendAsync(agent, HttpMethod.Delete, "/api/v1/instances/p-1");
        await UntilAsync(() => client.Service("payments").Freshness.IsStale);
        Assert.Single(client.Service("payments").View.Instances);

        cable.Mend();
        ServiceView view = await SeeAsync(client, "payments", "p-2 p-3");
        Assert.Equal(2, view.Revision);
        Assert.False(client.Service("payments").Freshness.IsStale);
        await RegisterAsync(agent, "payments", "p-4", 8080);
        await SeeAsync(client, "payments", "p-2 p-3 p-4");
    }

    [Fact]
    public async Task Watch_RegistryComesBackWithoutItsData_KeepsTheInstances()
    {
        RunningAgent agent = await RunningAgent.StartAsync("-dev");
        int port = new Uri(agent.Agent.HttpAddresses.Single()).Port;
        await RegisterAsync(agent, "payments", "p-1", 8080);
        await RegisterAsync(agent, "payments", "p-2", 8080);
        await using MusterClient client = ClientOf(agent);
        await SeeAsync(client, "payments", "p-1 p-2");
        await agent.StopAsync();

        await using RunningAgent again = await RunningAgent.StartAsync("-dev", $"-http-port={port}");
        await UntilAsync(() => client.Service("payments").Freshness.Reason?.Contains("lost 2 instances", StringComparison.Ordinal) == true);
        Assert.Equal(2, client.Service("payments").View.Instances.Length);

        // they register again, and all is well
        await RegisterAsync(again, "payments", "p-1", 8080);
        await RegisterAsync(again, "payments", "p-2", 8080);
        await UntilAsync(() => !client.Service("payments").Freshness.IsStale);
        Assert.Equal(2, client.Service("payments").View.Instances.Length);
    }

    [Fact]
    public async Task Poll_LifeOfAnInstance_IsSeen()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await using MusterClient client = ClientOf(agent, options =>
        {
            options.Watch.UseStream = false;
            options.Watch.PollInterval = TimeSpan.FromMilliseconds(100);
            options.Evidence.Period = TimeSpan.Zero;
        });
        Assert.Empty((await client.GetAsync("payments", TestContext.Current.CancellationToken)).Instances);
        await RegisterAsync(agent, "payments", "p-1", 8080);
        Assert.Equal(ViewSource.Poll, (await SeeAsync(client, "payments", "p-1")).Source);
        await SendAsync(agent, HttpMethod.Delete, "/api/v1/instances/p-1");
        await SeeAsync(client, "payments", "");
    }

    private static MusterClient ClientOf(RunningAgent agent, Action<MusterClientOptions>? configure = null)
    {
        var options = new MusterClientOptions { FirstLookupTimeout = Patience };
        options.Addresses.Add(new Uri(agent.Agent.HttpAddresses.Single()));
        options.Watch.ReconnectFirst = TimeSpan.FromMilliseconds(20);
        options.Watch.ReconnectWindow = TimeSpan.FromMilliseconds(100);
        configure?.Invoke(options);
        return new MusterClient(options);
    }

    private static async Task RegisterAsync(RunningAgent agent, string service, string id, int port)
    {
        var json = $$"""{"service":"{{service}}","id":"{{id}}","address":"10.0.0.1","port":{{port}},"ports":{"admin":9000},"metadata":{"version":"7"},"weights":{"passing":5,"warning":1},"zone":"eu-1a"}""";
        using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await agent.Client.PostAsync(new Uri("/api/v1/instances", UriKind.Relative), body, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task SendAsync(RunningAgent agent, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        using HttpResponseMessage answer = await agent.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static Task<ServiceView> SeeAsync(MusterClient client, string service, string ids) =>
        SeeAsync(client, service, view => string.Join(' ', view.Instances.Select(instance => instance.Id)) == ids);

    private static async Task<ServiceView> SeeAsync(MusterClient client, string service, Func<ServiceView, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (ServiceView view in client.Service(service).WatchAsync(patience.Token))
        {
            if (condition(view))
            {
                return view;
            }
        }

        throw new InvalidOperationException("a watch does not end");
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
