using System.IO.Pipelines;
using System.Text;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Rest.Watch;

namespace Muster.Protocols.Rest.Tests.Watch;

/// <summary>Streams without a server, in one thread and under a clock that moves when told.</summary>
public sealed class WatchStreamTests
{
    private readonly ManualTime _time = new();
    private readonly Catalog.Catalog _catalog;

    public WatchStreamTests()
    {
        _catalog = new Catalog.Catalog(
            new CatalogOptions { NodeName = RestServer.Node, NodeId = "6e1d8f0e-0000-4000-8000-000000000001" }, _time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        _catalog.AnnounceSelf("1", 8300);
    }

    [Fact]
    public void Changes_InABurst_BecomeOneStep()
    {
        WatchStreams streams = Streams(new RestOptions());
        var output = new CountingOutput();
        _ = Open(streams, output, "web");
        _time.Advance(TimeSpan.FromSeconds(1));
        Register("web", 1);
        Assert.Equal(2, output.Flushes);
        for (int port = 2; port < 50; port++)
        {
            Register("web", port);
        }

        Assert.Equal(2, output.Flushes);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(3, output.Flushes);
        Assert.Contains("\"port\":49,", output.Last, StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_IsBroken_AndLinesMakeItBeginAnew()
    {
        WatchStreams streams = Streams(new RestOptions { IdleInterval = TimeSpan.FromSeconds(10) });
        var output = new CountingOutput();
        _ = Open(streams, output, "web");
        _time.Advance(TimeSpan.FromSeconds(9));
        Register("web", 1);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Contains("changed", output.Last, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("{\"type\":\"idle\"}\n", output.Last);
        int flushes = output.Flushes;
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.InRange(output.Flushes, flushes + 1, flushes + 2);
    }

    [Fact]
    public void Reader_ThatTakesNothing_IsDisconnectedAfterItsTimeAndNotBefore()
    {
        WatchStreams streams = Streams(new RestOptions());
        CountingOutput stuck = new() { IsStuck = true }, well = new();
        int disconnects = 0;
        Task run = Open(streams, stuck, "web", () => disconnects++);
        _ = Open(streams, well, "web");
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal((0, false), (disconnects, run.IsCompleted));
        Register("web", 1);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((1, true, 1), (disconnects, run.IsCompletedSuccessfully, (int)streams.Slow));
        Assert.Contains("changed", well.Last, StringComparison.Ordinal);
        Assert.Equal(1, _catalog.ServicePoint("web").Count);
    }

    [Fact]
    public void Stop_SaysGoodbyeToAllAndToThoseWhoComeLater()
    {
        WatchStreams streams = Streams(new RestOptions());
        CountingOutput early = new(), late = new();
        Task first = Open(streams, early, "web");
        streams.Stop();
        Task second = Open(streams, late, "web");
        Assert.True(first.IsCompletedSuccessfully && second.IsCompletedSuccessfully);
        Assert.All([early, late], output => Assert.StartsWith("{\"type\":\"bye\"", output.Last, StringComparison.Ordinal));
    }

    [Fact]
    public void Step_ThatOthersMadeBefore_IsNotEncodedAgainAndAllocatesNothing()
    {
        const int Many = 64;
        long alone = AllocatedByAChange(streams: 1), together = AllocatedByAChange(streams: 1 + Many);
        Assert.InRange((together - alone) / Many, 0, 8);
    }

    private long AllocatedByAChange(int streams)
    {
        string service = $"web-{streams}"; // nobody else follows it

        WatchStreams all = Streams(new RestOptions { WatchPause = TimeSpan.Zero });
        CountingOutput[] outputs = [.. Enumerable.Range(0, streams).Select(_ => new CountingOutput { KeepsText = false })];
        foreach (CountingOutput output in outputs)
        {
            _ = Open(all, output, service);
        }

        long least = long.MaxValue;
        for (int port = 1; port < 60; port++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Register(service, port);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.All(outputs, output => Assert.Equal(60, output.Flushes));
        return least;
    }

    private WatchStreams Streams(RestOptions options) => new(_catalog, _time, options, runInline: true);

    private void Register(string service, int port) =>
        _catalog.Register(RestServer.Node, new InstanceDefinition { Service = service, Id = "one", Port = port }, [], false, "test");

    private static Task Open(WatchStreams streams, CountingOutput output, string service, Action? disconnect = null)
    {
        var stream = new WatchStream(streams, new WatchRequest([(service, null)], ServiceQuestion.Open), LineFraming.NdJson, output, disconnect ?? (() => { }));
        Assert.True(streams.TryAdd(stream));
        return stream.RunAsync();
    }

    /// <summary>A transport that takes everything, or nothing.</summary>
    private sealed class CountingOutput : PipeWriter
    {
        private readonly byte[] _buffer = new byte[64 * 1024];
        private readonly TaskCompletionSource<FlushResult> _never = new();
        private int _length;

        public bool IsStuck { get; init; }

        public bool KeepsText { get; init; } = true;

        public int Flushes { get; private set; }

        /// <summary>What was flushed last.</summary>
        public string Last { get; private set; } = "";

        public override void Advance(int bytes) => _length += bytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer.AsMemory(_length);

        public override Span<byte> GetSpan(int sizeHint = 0) => _buffer.AsSpan(_length);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Flushes++;
            Last = KeepsText ? Encoding.UTF8.GetString(_buffer, 0, _length) : "";
            _length = 0;
            return IsStuck ? new ValueTask<FlushResult>(_never.Task) : ValueTask.FromResult(default(FlushResult));
        }

        public override void CancelPendingFlush() => _never.TrySetResult(new FlushResult(isCanceled: true, isCompleted: false));

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
