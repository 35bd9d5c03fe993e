using System.Diagnostics;
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
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Agent.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System, stop.Token));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }
}
