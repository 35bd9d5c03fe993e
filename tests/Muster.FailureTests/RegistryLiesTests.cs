using Muster.FailureTests.Processes;
using Muster.FaultProxy;

namespace Muster.FailureTests;

/// <summary>Question 5: the registry, or something between, lies.</summary>
public sealed class RegistryLiesTests(ITestOutputHelper output) : FailureTest(output)
{
    [Fact]
    public async Task Registry_Lies_TheLastGoodListIsKeptAndEachLieIsCounted()
    {
        await using RegistryProcess registry = await RegistryProcess.StartAsync();
        await using TcpProxy proxy = TcpProxy.Before(registry.HttpPort);
        InstanceProcess[] instances = await InstanceProcess.StartManyAsync(registry.Address, Service, 2, leaseSeconds: 30);
        try
        {
            await using CallerProcess caller = await CallerProcess.StartAsync(proxy.Address, Service, 200, reconnect: TimeSpan.FromMilliseconds(300));
            CallerReport last = await caller.RunAsync(TimeSpan.FromSeconds(2));
            AssertNothingFailed(last);
            Figures figures = FiguresOf("5 The registry lies");
            var rounds = new Dictionary<string, CallerReport>(StringComparer.Ordinal);
            foreach ((string name, Fault lie, string countedAs) in LyingRegistry.All(Service))
            {
                proxy.Set(lie);
                CallerReport round = last;
                await Eventually.HoldsAsync(
                    async () => Count(round = await caller.RunAsync(TimeSpan.FromMilliseconds(200)), countedAs) > Count(last, countedAs),
                    TimeSpan.FromSeconds(20),
                    () => $"{name} is counted as {countedAs}; what was counted: {string.Join(", ", round.Metrics)}");
                figures.Add(name, $"counted as {countedAs}; {round.Known} instances kept, {round.Failures.Values.Sum()} of the last {round.Calls} calls failed");
                rounds.Add(name, round);
                last = round;
            }

            proxy.Set(Fault.None);
            proxy.ResetAll();
            await Eventually.HoldsAsync(async () => !(last = await caller.ReportAsync()).Stale, TimeSpan.FromSeconds(20), () => "the truth is believed again");
            figures.Add("the truth again", last);
            figures.Write();
            Assert.All(rounds.Values.Append(last), AssertNothingFailed);
            Assert.All(rounds.Values.Append(last), round => Assert.Equal(instances.Length, round.Known));
            Assert.All(rounds.Values, round => Assert.DoesNotContain(round.AnsweredBy.Keys, id => id.StartsWith("lie", StringComparison.Ordinal)));
        }
        finally
        {
            await DisposeAsync(instances);
        }
    }

    private static double Count(CallerReport report, string metric) => report.Metrics.GetValueOrDefault(metric);
}
