using System.IO.Pipelines;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Rest.Watch;

namespace Muster.Protocols.Rest.Tests.Watch;

public sealed class WatchStreamsTests
{
    private readonly ManualTime _time = new();
    private readonly Catalog.Catalog _catalog;
    private readonly WatchStreams _streams;

    public WatchStreamsTests()
    {
        _catalog = new Catalog.Catalog(
            new CatalogOptions { NodeName = RestServer.Node, NodeId = "6e1d8f0e-0000-4000-8000-000000000001" },
            _time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        _catalog.AnnounceSelf("1", 8300);
        _streams = new WatchStreams(_catalog, _time, new RestOptions { WatchWriteTimeout = TimeSpan.FromSeconds(1) }, runInline: true);
    }

    [Fact]
    public void Between_ANodeCameBackInOtherLetters_TakesOffWhatItHadUnderTheFormerOnes()
    {
        var instance = new InstanceDefinition { Service = "web", Id = "w", Address = "10.0.0.1" };
        _catalog.RegisterNode(new NodeDefinition { Name = "Edge", Address = "10.0.0.2", Datacenter = "dc1" });
        _catalog.Register("Edge", instance, [], false, "test");
        ServiceView before = _catalog.ViewService("web");
        _catalog.DeregisterNode("Edge", "gone");
        _catalog.RegisterNode(new NodeDefinition { Name = "edge", Address = "10.0.0.2", Datacenter = "dc1" });
        _catalog.Register("edge", instance, [], false, "test");
        ServiceView after = _catalog.ViewService("web");

        var delta = ServiceDelta.Between(before.Snapshot, before.Index, after.Snapshot, _catalog.RemovalsOf("web"), ServiceFilter.Open);

        Assert.Equal([new DepartedInstance("Edge", "w", "deregistered", "gone")], delta.Removed);
        Assert.Equal("edge", Assert.Single(delta.Changed).Node.Name);
    }

    [Fact]
    public async Task Steps_ManyThreadsAtOnce_OneEncodesAndAllGetThat()
    {
        Register(0);
        string cursor = $"{_catalog.Lineage}.{_catalog.ViewService("web").Index}";
        for (int i = 1; i < 200; i++)
        {
            Register(i);
        }

        ServiceView view = _catalog.ViewService("web");
        foreach (LineFraming framing in (LineFraming[])[LineFraming.NdJson, LineFraming.EventStream])
        {
            var shape = WatchShape.Of(ServiceQuestion.Open, framing);

            ReadOnlyMemory<byte>[] steps = await Crowd.AskAsync(() => _streams.StepOf(new WatchedService(null!, "web"), view, shape));
            ReadOnlyMemory<byte>[] resumed = await Crowd.AskAsync(() =>
                _streams.TryResume("web", cursor, view, shape, out ReadOnlyMemory<byte> lines, out _) ? lines : default);

            Assert.NotEqual(0, Assert.Single(steps.Distinct()).Length);
            Assert.NotEqual(0, Assert.Single(resumed.Distinct()).Length);
        }

        void Register(int number) =>
            _catalog.Register(RestServer.Node, new InstanceDefinition { Service = "web", Id = $"w{number}", Address = "10.0.0.1" }, [], false, "test");
    }

    [Fact]
    public void Tick_AllWatchesEndInTheMiddleOfIt_GoesOn()
    {
        var open = new List<(WatchStream Stream, Pipe Pipe)>();
        for (int i = 0; i < 3; i++)
        {
            // nobody reads, so each waits in its first flush
            var pipe = new Pipe(new PipeOptions(
                readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 1, resumeWriterThreshold: 1,
                useSynchronizationContext: false));
            var stream = new WatchStream(_streams, new WatchRequest([("web", null)], ServiceQuestion.Open), LineFraming.NdJson, pipe.Writer, EndAll);
            Assert.True(_streams.TryAdd(stream));
            open.Add((stream, pipe));
            Assert.False(stream.RunAsync().IsCompleted);
        }

        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal((0, 1), (_streams.Open, _streams.Slow));

        void EndAll()
        {
            foreach ((WatchStream stream, Pipe pipe) in open)
            {
                pipe.Reader.Complete();
                _streams.Remove(stream);
            }

            open.Clear();
        }
    }
}
