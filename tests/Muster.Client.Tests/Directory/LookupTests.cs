using System.Diagnostics.Metrics;
using Muster.Client.Balancing;
using Muster.Client.Directory;
using Muster.Client.Tests.Streaming;

namespace Muster.Client.Tests.Directory;

public sealed class LookupTests
{
    [Fact]
    public async Task Lookup_KnownService_AllocatesNothingAndNeverWaits()
    {
        await using var test = new ClientUnderTest([new Uri("http://127.0.0.1:1")]);
        ServiceHandle handle = test.Client.Service("payments");
        handle.Publish(View(1));
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        long Lookup()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                if (test.Client.Service("payments").Pick() is null || !IsAtOnce(handle.GetAsync(cancellation)) || !handle.View.IsKnown || handle.Freshness.Age < TimeSpan.Zero)
                {
                    throw new InvalidOperationException("known services are found");
                }
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Lookup();
        Assert.Equal(0, Lookup());
    }

    [Fact]
    public async Task WatchAsync_SlowReader_GetsTheLatestOnly()
    {
        await using var test = new ClientUnderTest([new Uri("http://127.0.0.1:1")]);
        ServiceHandle handle = test.Client.Service("payments");
        handle.Publish(View(1));
        IAsyncEnumerator<ServiceView> views = handle.WatchAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await using (views)
        {
            Assert.True(await views.MoveNextAsync());
            for (var revision = 2; revision <= 50; revision++)
            {
                handle.Publish(View(revision));
            }

            Assert.True(await views.MoveNextAsync());
            Assert.Equal(50, views.Current.Revision);
        }
    }

    [Fact]
    public async Task WatchAsync_WritersAndReadersAtOnce_MissNoLastView()
    {
        await using var test = new ClientUnderTest([new Uri("http://127.0.0.1:1")]);
        ServiceHandle handle = test.Client.Service("payments");
        const int Last = 5_000;
        Task[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            long before = 0;
            await foreach (ServiceView view in handle.WatchAsync(TestContext.Current.CancellationToken))
            {
                Assert.True(view.Revision > before);
                before = view.Revision;
                if (before == Last)
                {
                    return;
                }
            }
        }))];
        for (var revision = 1; revision <= Last; revision++)
        {
            handle.Publish(View(revision));
        }

        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Superseded_AskedForAfterwards_HasFired()
    {
        ServiceView view = View(1);
        view.Supersede();
        Assert.True(view.Superseded.IsCancellationRequested);
    }

    [Fact]
    public void ToFreshness_NotHeardForLong_IsStale()
    {
        Confirmation confirmation = Confirmation.None;
        Assert.True(confirmation.ToFreshness(TimeSpan.Zero, TimeSpan.FromSeconds(45)).IsStale);
        confirmation = new Confirmation(TimeSpan.FromSeconds(10), StaleReason: null);
        Assert.Equal(new Freshness(false, TimeSpan.FromSeconds(45), null), confirmation.ToFreshness(TimeSpan.FromSeconds(55), TimeSpan.FromSeconds(45)));
        Freshness late = confirmation.ToFreshness(TimeSpan.FromSeconds(56), TimeSpan.FromSeconds(45));
        Assert.Equal((true, "the registry was last heard 46 s ago"), (late.IsStale, late.Reason));
    }

    [Fact]
    public async Task Gauges_Services_AreCountedByFreshness()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        var meters = new Dictionary<string, long>();
        using var listener = new MeterListener();
        await using var test = new ClientUnderTest([registry.Address]);
        test.Client.Service("payments");
        await registry.AnswerWatchAsync(Lines.Snapshot(1, ["a"]));
        await test.SeeAsync("a");
        listener.InstrumentPublished = (instrument, mine) =>
        {
            if (ReferenceEquals(instrument.Meter, test.Client.Metrics.Meter) && instrument.Name == "muster.client.services")
            {
                mine.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => meters[(string)tags[0].Value!] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal((1, 0, 0), (meters["fresh"], meters["stale"], meters["unknown"]));
    }

    [Fact]
    public void Validate_ManyErrors_AreAllTold()
    {
        var options = new MusterClientOptions { FirstLookupTimeout = TimeSpan.FromHours(1) };
        options.Addresses.Add(new Uri("ftp://x"));
        options.Watch.PollInterval = TimeSpan.Zero;
        options.Evidence.MaxUnexplainedLoss = double.NaN;
        options.Snapshot.Path = " ";
        options.Services["payments"] = new ServiceOptions { Policy = "" };

        string message = Assert.Throws<ArgumentException>(() => new MusterClient(options)).Message;

        foreach (string name in (string[])["Addresses[0]", "FirstLookupTimeout", "Watch.PollInterval", "Evidence.MaxUnexplainedLoss", "Snapshot.Path", "Services[payments].Policy"])
        {
            Assert.Contains(name + ": ", message, StringComparison.Ordinal);
        }
    }

    private static bool IsAtOnce(ValueTask<ServiceView> lookup) => lookup.IsCompletedSuccessfully;

    private static ServiceView View(long revision) =>
        new("payments", [new ServiceInstance { Service = "payments", Id = "a", Address = "10.0.0.1", Port = 1 }], revision, ViewSource.Stream);
}
