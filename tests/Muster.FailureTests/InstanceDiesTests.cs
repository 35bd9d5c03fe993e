using System.Diagnostics;
using Muster.FailureTests.Processes;

namespace Muster.FailureTests;

/// <summary>Question 3: an instance crashes under load.</summary>
public sealed class InstanceDiesTests(ITestOutputHelper output) : FailureTest(output)
{
    private const double LeaseSeconds = 6;

    [Fact]
    public async Task Instance_KilledUnderLoad_EachCallerNoticesAtMostOnceAndNoCallFails()
    {
        await using RegistryProcess registry = await RegistryProcess.StartAsync();
        InstanceProcess[] instances = await InstanceProcess.StartManyAsync(registry.Address, Service, 5, LeaseSeconds);
        try
        {
            const int Callers = 20;
            await using CallerProcess caller = await CallerProcess.StartAsync(registry.Address, Service, 1000, Callers, sequential: true);
            await caller.RunAsync(TimeSpan.FromSeconds(3));
            CallerReport before = await caller.RunAsync(TimeSpan.FromSeconds(2));

            await instances[0].KillAsync();
            long died = Stopwatch.GetTimestamp();
            CallerReport first = await caller.RunAsync(TimeSpan.FromSeconds(3));
            CallerReport after = await caller.ReportAsync();
            await Eventually.HoldsAsync(
                async () => (after = await caller.ReportAsync()).Known == instances.Length - 1, TimeSpan.FromSeconds(30), () => "the registry notices");
            TimeSpan noticed = Stopwatch.GetElapsedTime(died);

            // all but one of those that are left: more than may be ejected
            await Task.WhenAll(instances[1..4].Select(instance => instance.KillAsync()));
            CallerReport most = await caller.RunAsync(TimeSpan.FromSeconds(3));

            Figures figures = FiguresOf("3 An instance crashes");
            figures.Add("load", $"1000 calls/s by {Callers} sequential callers over {instances.Length} instances, lease {LeaseSeconds} s");
            figures.Add("before", before);
            figures.Add("first 3 s after SIGKILL", first);
            figures.Add("failed attempts of the worst caller", $"{first.MostFailedAttemptsOfACaller}, of which on the dead port {first.MostRefusedAttemptsOfACaller}");
            figures.Add("ejected by a caller", $"{first.Ejected}, while the registry still listed {first.Known}");
            figures.Add("the registry noticed after", $"{noticed.TotalSeconds:F1} s");
            figures.Add("three of the other four die", most);
            figures.Add("ejected by a caller then, at most", $"{most.MostEjected} of {most.Known}");
            figures.Write();

            AssertNothingFailed(before);
            AssertNothingFailed(first);
            AssertNothingFailed(after);
            Assert.Equal(5, first.Known);
            Assert.Equal(1, first.Ejected);
            Assert.InRange(first.MostFailedAttemptsOfACall, 0, 1);

            // a call that was under way at the moment of death may have failed before
            Assert.InRange(first.MostRefusedAttemptsOfACaller, 0, 1);
            Assert.InRange(first.FailedAttempts, 1, Callers * 2);
            Assert.True(noticed.TotalSeconds > (LeaseSeconds * 2 / 3) - 0.5, "the registry noticed before the lease was over");
            Assert.InRange(most.MostEjected, 1, instances.Length / 2);
        }
        finally
        {
            await DisposeAsync(instances);
        }
    }
}
