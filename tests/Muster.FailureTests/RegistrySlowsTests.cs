using Muster.FailureTests.Processes;
using Muster.FaultProxy;

namespace Muster.FailureTests;

/// <summary>Question 2: the registry becomes slow.</summary>
public sealed class RegistrySlowsTests(ITestOutputHelper output) : FailureTest(output)
{
    private static readonly TimeSpan[] s_delays = [TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30)];

    [Fact]
    public async Task Registry_SlowsTo500MillisecondsAndTo30Seconds_CallsDoNotNotice()
    {
        await using RegistryProcess registry = await RegistryProcess.StartAsync();
        await using TcpProxy proxy = TcpProxy.Before(registry.HttpPort);
        InstanceProcess[] instances = await InstanceProcess.StartManyAsync(registry.Address, Service, 3);
        try
        {
            await using CallerProcess caller = await CallerProcess.StartAsync(proxy.Address, Service, 1000);
            await caller.RunAsync(TimeSpan.FromSeconds(2));
            Figures figures = FiguresOf("2 The registry slows");
            var rounds = new Dictionary<TimeSpan, List<CallerReport>>();

            // twice around, so that what the machine does meanwhile is not taken for the registry
            for (int turn = 1; turn <= 2; turn++)
            {
                foreach (TimeSpan delay in s_delays)
                {
                    proxy.Set(Fault.Delay(delay));
                    proxy.ResetAll();
                    CallerReport round = await caller.RunAsync(TimeSpan.FromSeconds(3));
                    figures.Add($"delay {delay.TotalMilliseconds} ms, turn {turn}", round);
                    rounds.TryAdd(delay, []);
                    rounds[delay].Add(round);
                }
            }

            figures.Write();
            double quick = rounds[s_delays[0]].Max(round => round.CallMilliseconds.P99);
            foreach (TimeSpan delay in s_delays)
            {
                Assert.All(rounds[delay], AssertNothingFailed);
                Assert.All(rounds[delay], round => Assert.Equal(instances.Length, round.Known));
                Assert.True(rounds[delay].Min(round => round.LookupMilliseconds.P999) < 0.1, $"lookups at a delay of {delay}");
                Assert.True(rounds[delay].Min(round => round.CallMilliseconds.P99) < (1.5 * quick) + 1, $"calls at a delay of {delay}");
            }

            Assert.True(rounds[s_delays[2]][^1].Stale);
        }
        finally
        {
            await DisposeAsync(instances);
        }
    }
}
