using System.Diagnostics;
using Muster.FailureTests.Processes;

namespace Muster.FailureTests;

/// <summary>Question 4: every instance is restarted, one after the other.</summary>
public sealed class RollingRestartTests(ITestOutputHelper output) : FailureTest(output)
{
    [Fact]
    public async Task Instances_RestartedOneByOneUnderLoad_NoCallFails()
    {
        await using RegistryProcess registry = await RegistryProcess.StartAsync();
        InstanceProcess[] instances = await InstanceProcess.StartManyAsync(registry.Address, Service, 3);
        try
        {
            await using CallerProcess caller = await CallerProcess.StartAsync(registry.Address, Service, 1000);
            await caller.RunAsync(TimeSpan.FromSeconds(3));
            CallerReport before = await caller.RunAsync(TimeSpan.FromSeconds(2));
            long began = Stopwatch.GetTimestamp();
            for (int i = 0; i < instances.Length; i++)
            {
                await instances[i].TerminateAsync();
                await instances[i].DisposeAsync();
                instances[i] = await InstanceProcess.StartAsync(registry.Address, Service, instances[i].Id);
            }

            TimeSpan took = Stopwatch.GetElapsedTime(began);
            CallerReport during = await caller.RunAsync(TimeSpan.FromSeconds(2));
            Figures figures = FiguresOf("4 A rolling restart");
            figures.Add("load", $"1000 calls/s over {instances.Length} instances, each told to end (SIGTERM) and started again, {took.TotalSeconds:F1} s in all");
            figures.Add("before", before);
            figures.Add("during", during);
            figures.Write();

            AssertNothingFailed(before);
            AssertNothingFailed(during);
            Assert.Equal(instances.Length, during.Known);
            Assert.Equal(instances.Length, during.AnsweredBy.Count);
        }
        finally
        {
            await DisposeAsync(instances);
        }
    }
}
