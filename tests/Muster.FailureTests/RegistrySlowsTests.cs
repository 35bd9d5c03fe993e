using System.Diagnostics;
using System.Globalization;
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
                    figures.Add($"delay {delay.TotalMilliseconds} ms, turn {turn}: the registry answers after", $"{await AskAsync(proxy.Address, delay)}");
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
        }
        finally
        {
            await DisposeAsync(instances);
        }
    }

    /// <summary>How long a plain request to the registry takes now; nobody waits for the longest.</summary>
    private static async Task<string> AskAsync(Uri registry, TimeSpan delay)
    {
        using var http = new HttpClient { BaseAddress = registry };
        long began = Stopwatch.GetTimestamp();
        Task<string> asked = http.GetStringAsync(new Uri("/health/ready", UriKind.Relative));
        bool answered = await Task.WhenAny(asked, Task.Delay(TimeSpan.FromSeconds(2))) == asked;
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        Assert.True(took >= delay || !answered, $"the proxy does not delay: {took}");
        return answered ? string.Create(CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:F0} ms") : "more than 2 s";
    }
}
