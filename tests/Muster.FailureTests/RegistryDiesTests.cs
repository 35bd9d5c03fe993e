using System.Diagnostics;
using Muster.FailureTests.Processes;
using Muster.FaultProxy;

namespace Muster.FailureTests;

/// <summary>Question 1: the registry dies.</summary>
public sealed class RegistryDiesTests(ITestOutputHelper output) : FailureTest(output)
{
    private const double CallsPerSecond = 2000;
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(0.5);

    [Fact]
    public async Task Registry_KilledUnderLoad_NoLookupAndNoCallFails()
    {
        string folder = Directory.CreateTempSubdirectory("muster-snapshot-").FullName;
        await using RegistryProcess registry = await RegistryProcess.StartAsync();
        InstanceProcess[] instances = await InstanceProcess.StartManyAsync(registry.Address, Service, 4);
        try
        {
            string snapshot = Path.Combine(folder, "first.snapshot"), copy = Path.Combine(folder, "second.snapshot");
            await using CallerProcess caller = await CallerProcess.StartAsync(registry.Address, Service, CallsPerSecond, snapshot: snapshot);
            await caller.RunAsync(TimeSpan.FromSeconds(3));
            CallerReport before = await caller.RunAsync(TimeSpan.FromSeconds(4));

            await registry.KillAsync();
            File.Copy(snapshot, copy);
            await using CallerProcess late = await CallerProcess.StartAsync(registry.Address, Service, 100, snapshot: copy);
            CallerReport during = await caller.RunAsync(Outage);
            CallerReport lateDuring = await late.ReportAsync();

            await registry.StartAgainAsync();
            long returned = Stopwatch.GetTimestamp();
            CallerReport after = await UntilHeardAsync(caller);
            TimeSpan heard = Stopwatch.GetElapsedTime(returned);
            CallerReport lateAfter = await UntilHeardAsync(late);

            Figures figures = FiguresOf("1 The registry dies");
            figures.Add("load", $"{CallsPerSecond} calls/s over 4 instances, registry dead for {during.Seconds:F0} s");
            figures.Add("before", before);
            figures.Add("dead", during);
            figures.Add("started while it was dead", lateDuring);
            figures.Add("after", after);
            figures.Add("heard again after its return", $"{heard.TotalSeconds:F1} s");
            figures.Write();

            foreach (CallerReport round in new[] { before, during, lateDuring, after, lateAfter })
            {
                AssertNothingFailed(round);
                Assert.Equal(instances.Length, round.Known);
            }

            Assert.False(before.Stale);
            Assert.True(during.Stale);
            Assert.InRange(during.AgeSeconds, during.Seconds - 3, during.Seconds + 60);
            Assert.False(string.IsNullOrEmpty(during.Reason));
            Assert.Equal("Disk", lateDuring.Source);
            Assert.True(lateDuring.Stale);
            Assert.Equal("Stream", lateAfter.Source);
        }
        finally
        {
            await DisposeAsync(instances);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Rounds, in none of which a call fails, until the registry is heard again; the last of them.</summary>
    private static async Task<CallerReport> UntilHeardAsync(CallerProcess caller)
    {
        CallerReport round = await caller.RunAsync(s_round);
        await Eventually.HoldsAsync(
            async () =>
            {
                AssertNothingFailed(round);
                return !round.Stale || !(round = await caller.RunAsync(s_round)).Stale;
            },
            TimeSpan.FromSeconds(60),
            () => "the caller hears the registry again");
        return round;
    }

    [Fact]
    public async Task Registry_ReturnsToManyClients_TheirReconnectsAreSpread()
    {
        const int Clients = 500, Slices = 20;
        await using RegistryProcess registry = await RegistryProcess.StartAsync();
        await using TcpProxy proxy = TcpProxy.Before(registry.HttpPort);
        await using ManyClientsProcess clients = await ManyClientsProcess.StartAsync(proxy.Address.ToString(), Service, Clients);
        int connectionsBefore = proxy.Open;

        proxy.Set(Fault.Refuse);
        await registry.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(5));
        await registry.StartAgainAsync();
        int seen = proxy.Accepted.Count;
        long returned = Stopwatch.GetTimestamp();
        proxy.Set(Fault.None);
        await Eventually.HoldsAsync(async () => await clients.CountFreshAsync() == Clients, TimeSpan.FromSeconds(90), () => "all clients hear the registry again");

        double[] times = [.. proxy.Accepted.Skip(seen).Select(at => Stopwatch.GetElapsedTime(returned, at).TotalSeconds)];
        double slice = times.Max() / Slices;
        int peak = times.GroupBy(time => Math.Min(Slices - 1, (int)(time / slice))).Max(group => group.Count());
        double mean = (double)times.Length / Slices;
        Figures figures = FiguresOf("1b The registry returns");
        figures.Add("clients", $"{Clients}, with {connectionsBefore} connections before it died");
        figures.Add("connections after its return", $"{times.Length}, the last after {times.Max():F1} s");
        figures.Add($"connections in a twentieth of that time ({slice:F2} s)", $"mean {mean:F0}, peak {peak} = {peak / mean:F1} x mean");
        figures.Write();
        Assert.InRange(peak / mean, 1, 3);
        Assert.InRange(times.Length, Clients, Clients * 2);
    }
}
