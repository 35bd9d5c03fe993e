using Microsoft.Extensions.Logging.Abstractions;
using Muster.Server.Configuration;
using Muster.Server.Hosting;

namespace Muster.Server.Tests.Hosting;

public class JoinAtStartTests
{
    [Fact]
    public async Task Start_ToldToStopWhileNobodyAnswers_EndsAtOnce()
    {
        AgentOptions options = AgentConfiguration.Read(
            ["-dev", "-node=n", "-http-port=-1", "-dns-port=-1", "-serf-lan-port=0", "-join=127.0.0.1:1"], HostFacts.OfThisMachine()).Options!;
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        // the clock stands still: whoever waited for the next try would wait for ever
        Task<Agent> start = Agent.StartAsync(options, NullLoggerFactory.Instance, new ManualTime(), stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }
}
