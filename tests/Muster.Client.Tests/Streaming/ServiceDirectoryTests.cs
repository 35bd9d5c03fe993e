using Microsoft.Extensions.Logging.Abstractions;
using Muster.Client.Balancing;
using Muster.Client.Directory;
using Muster.Client.Streaming;

namespace Muster.Client.Tests.Streaming;

public sealed class ServiceDirectoryTests
{
    [Fact]
    public async Task Add_LoopsThatWaitForIt_DoNotRunOnTheCallersThread()
    {
        using var directory = new ServiceDirectory();
        using var metrics = new ClientMetrics(factory: null);
        using var added = new ManualResetEventSlim();
        var wasAdded = new TaskCompletionSource<bool>();
        directory.Observe().Joined.Register(() => wasAdded.SetResult(added.Wait(TimeSpan.FromSeconds(5))));
        var handle = new ServiceHandle("payments", new Balancer(new BalancerSettings { Random = new Random(1) }));

        directory.Add(new FollowedService(handle, new DirectoryEntry("payments", new EvidenceOptions(), 10), null, null, metrics, NullLogger.Instance));
        added.Set();

        Assert.True(await wasAdded.Task);
        Assert.Single(directory.Services);
    }
}
