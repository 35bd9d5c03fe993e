using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Client.Hosting.Registration;
using Muster.Testing;

namespace Muster.Client.Hosting.Tests.Registration;

public class ReadinessGateTests
{
    [Fact]
    public async Task Wait_ChecksThatCannotBeMadeYet_GoesOn()
    {
        var made = 0;
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            "database",
            _ => ++made == 1 ? throw new InvalidOperationException("no connection string") : new Fine(),
            failureStatus: null,
            ["ready"]));
        await using ServiceProvider provider = services.BuildServiceProvider();
        var time = new ManualTime();
        var gate = new ReadinessGate(provider, time, NullLogger<ReadinessGate>.Instance);

        Task<bool> waiting = gate.WaitAsync("ready", TestContext.Current.CancellationToken);
        await TestApp.UntilAsync(() => waiting.IsCompleted || time.DueTimes.Count > 0);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await waiting);
    }

    private sealed class Fine : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(HealthCheckResult.Healthy());
    }
}
