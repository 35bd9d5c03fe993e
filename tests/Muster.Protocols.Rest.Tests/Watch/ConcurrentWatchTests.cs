using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Rest.Watch;

namespace Muster.Protocols.Rest.Tests.Watch;

/// <summary>Streams beside writers, each on threads of their own: no step is torn, and in the end everybody has what there is.</summary>
public sealed class ConcurrentWatchTests
{
    private const int Writers = 2, Readers = 3, Connections = 40, Reads = 4;
    private static readonly string[] s_services = ["s0", "s1", "s2"];

    [Fact]
    public async Task Streams_BesideWritersAndThroughReconnects_EndWithWhatThereIs()
    {
        var catalog = new Catalog.Catalog(
            new CatalogOptions { NodeName = RestServer.Node, NodeId = "6e1d8f0e-0000-4000-8000-000000000001", MaxRemovals = 500 },
            TimeProvider.System, new Random(1), NoChangeLog.Instance, new InlineWakes());
        catalog.AnnounceSelf("1", 8300);
        var streams = new WatchStreams(catalog, TimeProvider.System, new RestOptions { WatchPause = TimeSpan.FromMilliseconds(1) });
        using var returning = new CountdownEvent(Readers);
        Task writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => Write(catalog, writer, returning))));
        (int Resumed, int Resynced)[] returns = await Task.WhenAll(Enumerable.Range(0, Readers).Select(reader => Task.Run(() => Follow(catalog, streams, reader, returning, writing))));
        Assert.Equal((0, 0L), (streams.Open, streams.Services));
        Assert.InRange(returns.Sum(each => each.Resumed), 1, int.MaxValue);
    }

    private static void Write(Catalog.Catalog catalog, int writer, CountdownEvent returning)
    {
        var random = new Random(writer);
        for (int change = 0; !returning.IsSet; change++)
        {
            string id = $"w{writer}-{random.Next(8)}";
            if (random.Next(3) == 0)
            {
                catalog.Deregister(RestServer.Node, id, "test");
            }
            else
            {
                catalog.Register(RestServer.Node, new InstanceDefinition { Service = s_services[random.Next(3)], Id = id, Port = 1 + (change % 60_000) }, [], false, "test");
            }
        }
    }

    private static (int Resumed, int Resynced) Follow(Catalog.Catalog catalog, WatchStreams streams, int reader, CountdownEvent returning, Task writing)
    {
        var random = new Random(100 + reader);
        var model = new WatchModel(streams, reader == 0 ? ServiceQuestion.Endpoints : ServiceQuestion.Open) { QueryAt = null, MayForget = true };
        for (int connection = 0; connection < Connections; connection++)
        {
            model.Connect(s_services, random, pauseThreshold: 2000);
            for (int reads = 0; reads < Reads; reads += model.Read() ? 1 : 0)
            {
                Thread.Yield();
            }
        }

        returning.Signal();
        while (!writing.IsCompleted)
        {
            model.Read();
            Thread.Yield();
        }

        // What came and went in one step leaves no line, so the index says nothing: the list must be right, and soon.
        Assert.True(SpinWait.SpinUntil(() => !model.Read() && s_services.All(service => ShowsWhatThereIs(catalog, model, service)), TimeSpan.FromSeconds(30)));
        model.Disconnect();
        return model.Returns;
    }

    private static bool ShowsWhatThereIs(Catalog.Catalog catalog, WatchModel model, string service)
    {
        if (model.Shown(service) is not { } shown)
        {
            return false;
        }

        List<Instance> present = ServiceFilter.Open.Select(catalog.FindService(service));
        return present.Count == shown.Count && present.All(instance =>
            shown.TryGetValue($"{instance.Node.Name}/{instance.Data.IdText}", out string? json) && PortOf(json) == instance.Data.Port);
    }

    private static int PortOf(string instance)
    {
        using var document = System.Text.Json.JsonDocument.Parse(instance);
        return document.RootElement.GetProperty("port").GetInt32();
    }
}
