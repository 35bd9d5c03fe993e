using Microsoft.Extensions.Logging.Abstractions;
using Muster.Server.Configuration;
using Muster.Server.Hosting;

namespace Muster.FunctionalTests;

/// <summary>A whole server in this process, on free ports, with a client for it.</summary>
internal sealed class RunningAgent : IAsyncDisposable
{
    private RunningAgent(Agent agent)
    {
        Agent = agent;
        Client = new HttpClient { BaseAddress = new Uri(agent.HttpAddresses.Single()) };
    }

    public Agent Agent { get; }

    public HttpClient Client { get; }

    public static Task<RunningAgent> StartAsync(params string[] flags) => StartAsync(TimeProvider.System, flags);

    /// <summary>As the other one, with a clock of the test's.</summary>
    public static async Task<RunningAgent> StartAsync(TimeProvider time, params string[] flags)
    {
        AgentConfigurationResult Read() => AgentConfiguration.Read(
            ["-http-port=0", "-dns-port=0", "-bind=127.0.0.1", "-node=n1", .. flags], HostFacts.OfThisMachine());
        AgentConfigurationResult read = Read();
        Assert.Empty(read.Errors);
        var launch = new AgentLaunch(read.Options!, Read);
        return new RunningAgent(await Agent.StartAsync(
            launch, NullLoggerFactory.Instance, new LogControl(read.Options!.LogLevel), time, TestContext.Current.CancellationToken));
    }

    public async Task<HttpResponseMessage> PutAsync(string path, string json = "")
    {
        using var body = new StringContent(json);
        return await Client.PutAsync(new Uri(path, UriKind.Relative), body, TestContext.Current.CancellationToken);
    }

    public async Task RegisterAsync(string json)
    {
        using HttpResponseMessage answer = await PutAsync("/v1/agent/service/register", json);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task<string> GetAsync(string path) => Client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    /// <summary>Leaves in order, as on a signal.</summary>
    public async Task StopAsync()
    {
        await Agent.StopAsync(TimeSpan.FromSeconds(5));
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Agent.DisposeAsync();
    }
}
