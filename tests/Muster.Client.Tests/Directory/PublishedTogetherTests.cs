using Microsoft.Extensions.Logging.Abstractions;
using Muster.Client.Balancing;
using Muster.Client.Directory;
using Muster.Client.Streaming;

namespace Muster.Client.Tests.Directory;

/// <summary>Whoever reads while news are taken sees a list, its source and its freshness that belong together.</summary>
public sealed class PublishedTogetherTests : IDisposable
{
    private const int MaxInstances = 10;
    private static readonly TimeSpan AgeOnDisk = TimeSpan.FromHours(1);
    private readonly ManualTime _time = new();
    private readonly ClientMetrics _metrics = new(factory: null);
    private readonly LookupSettings _lookup;
    private readonly ServiceHandle _handle;
    private readonly FollowedService _service;
    private readonly List<(ViewSource Source, Freshness Freshness)> _seen = [];

    public PublishedTogetherTests()
    {
        _lookup = new LookupSettings(_time, TimeSpan.Zero, TimeSpan.FromDays(1), Metrics: null);
        var reader = new ReaderInBetween(() => _seen.Add((_handle!.View.Source, _handle.Freshness)));
        _handle = new ServiceHandle("payments", new Balancer(new BalancerSettings { Random = new Random(1), Availability = reader }), _lookup);
        var entry = new DirectoryEntry("payments", new EvidenceOptions { MaxUnexplainedLoss = 0 }, MaxInstances);
        _service = new FollowedService(_handle, entry, new RegistryNews.Restored([Instance("old")], AgeOnDisk), keeper: null, _metrics, NullLogger.Instance);
        _service.UseDisk(_lookup.Now);
        _seen.Clear();
    }

    public void Dispose()
    {
        _handle.Balancer.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public void Take_FirstListAfterOneFromDisk_TheOneFromDiskIsNeverFresh()
    {
        Take(List("a"));

        Assert.Equal([(ViewSource.Disk, new Freshness(true, AgeOnDisk, "the registry has not answered yet"))], _seen);
        Assert.Equal((ViewSource.Stream, new Freshness(false, TimeSpan.Zero, null)), (_handle.View.Source, _handle.Freshness));
    }

    [Fact]
    public void Take_NewerList_DoesNotConfirmTheOlderOne()
    {
        Take(List("a"));
        _seen.Clear();
        _time.Advance(TimeSpan.FromMinutes(1));

        Take(List("a", "b"));

        Assert.Equal([(ViewSource.Stream, new Freshness(false, TimeSpan.FromMinutes(1), null))], _seen);
        Assert.Equal(TimeSpan.Zero, _handle.Freshness.Age);
    }

    [Fact]
    public void Take_LostOnesReturnWithOthers_TheDoubtedListStaysDoubted()
    {
        Take(List("a"));
        Take(List());
        _seen.Clear();

        Take(List("a", "b"));

        Assert.True(Assert.Single(_seen).Freshness.IsStale);
        Assert.False(_handle.Freshness.IsStale);
    }

    [Fact]
    public async Task Read_WhileNewsAreTaken_NeverMixesTwoOfThem()
    {
        Take(List("first"));
        using var ended = new CancellationTokenSource();
        long reads = 0;
        Task[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                (ServiceView view, Freshness freshness) = _handle.Read();
                string? reason = view.Instances.Length == 1 ? null : $"lost {view.Instances.Length - 1} instances";
                Interlocked.Increment(ref reads);
                Assert.True(reason is null ? !freshness.IsStale : freshness.Reason?.Contains(reason, StringComparison.Ordinal), $"{view}: {freshness}");
            }
        }))];

        for (var round = 0; round < 300; round++)
        {
            for (long before = Interlocked.Read(ref reads); Interlocked.Read(ref reads) == before && !readers[0].IsFaulted;)
            {
                Thread.Yield(); // both sides take part, also on a busy machine
            }

            // each list lacks the one before it, which is held
            for (var i = 0; i < MaxInstances; i++)
            {
                Take(List($"{round}-{i}"));
            }

            _time.Advance(TimeSpan.FromMinutes(1));
            Take(new RegistryNews.StillSo());
            Take(new RegistryNews.StillSo());
        }

        await ended.CancelAsync();
        await Task.WhenAll(readers);
    }

    private static ServiceInstance Instance(string id) => new() { Service = "payments", Id = id, Node = "n1", Address = "10.0.0.1", Port = 8080 };

    private static RegistryNews.Listed List(params string[] ids) => new([.. ids.Select(Instance)], [], "c", 1, ViewSource.Stream);

    private void Take(RegistryNews news) => Assert.True(_service.Take(news, _lookup.Now));

    /// <summary>Reads while the targets of a new list are judged.</summary>
    private sealed class ReaderInBetween(Action read) : ITargetAvailability
    {
        public bool Judge(ReadOnlySpan<Target> targets, Span<bool> usable)
        {
            read();
            return RegistryAvailability.Instance.Judge(targets, usable);
        }
    }
}
