using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Rest.Watch;

namespace Muster.Protocols.Rest.Tests.Watch;

/// <summary>Threads change a catalog while clients watch it, leave and come back: whenever the writers rest, each comes to show what a query gives.</summary>
public sealed class WatchStressTests
{
    private static readonly string[] s_services = ["s0", "s1", "S2"];
    private static readonly string[] s_nodes = [RestServer.Node, "n2", "n3"];

    [Fact]
    public async Task Watch_WritersAndReadersAtOnce_NothingIsLostAndNothingComesBack()
    {
        var catalog = new Catalog.Catalog(
            new CatalogOptions { NodeName = RestServer.Node, NodeId = "6e1d8f0e-0000-4000-8000-000000000001", MaxVacantServices = 1 },
            TimeProvider.System, new Random(1), NoChangeLog.Instance, new InlineWakes());
        catalog.AnnounceSelf("1", 8300);
        foreach (string node in s_nodes[1..])
        {
            catalog.RegisterNode(new NodeDefinition { Name = node, Address = "10.0.0.1", Datacenter = "dc1" });
        }

        var streams = new WatchStreams(catalog, TimeProvider.System, new RestOptions { WatchPause = TimeSpan.FromMilliseconds(1) });
        using var stop = new CancellationTokenSource();
        Client[] clients = [.. Enumerable.Range(0, 4).Select(number => new Client(streams, number))];
        Task[] watching = [.. clients.Select(client => Task.Run(() => client.FollowAsync(stop.Token)))];
        for (int round = 0; round < 100; round++)
        {
            int seed = round;
            await Task.WhenAll(Enumerable.Range(0, 2).Select(number => Task.Run(() => Write(catalog, new Random((seed * 2) + number)))));

            // nobody writes: each client has the present after so many lines, and if one was not woken, never
            foreach (Client client in clients)
            {
                await client.UntilAsync(service => Query(catalog, service, client.Question));
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(watching);
        Assert.Equal(0, streams.Open);
    }

    private static void Write(Catalog.Catalog catalog, Random random)
    {
        for (int i = 0; i < 12; i++)
        {
            string node = s_nodes[random.Next(s_nodes.Length)], id = $"i{random.Next(5)}", service = s_services[random.Next(s_services.Length)];
            switch (random.Next(8))
            {
                case 0 when random.Next(10) == 0 && node != RestServer.Node:
                    catalog.DeregisterNode(node, "test");
                    catalog.RegisterNode(new NodeDefinition { Name = random.Next(2) == 0 ? node : node.ToUpperInvariant(), Address = "10.0.0.1", Datacenter = "dc1" });
                    break;
                case < 3:
                    catalog.Register(
                        node,
                        new InstanceDefinition
                        {
                            Service = service, Id = id, Address = "10.0.0.1", Port = random.Next(3), Tags = random.Next(2) == 0 ? ["blue"] : [],
                            IsStarting = random.Next(4) == 0,
                        },
                        [new CheckDefinition { Name = "c", Kind = CheckKind.External, InitialStatus = (HealthStatus)random.Next(3) }],
                        replaceExistingChecks: random.Next(2) == 0, "test");
                    break;
                case < 5:
                    catalog.Deregister(node, id, "test");
                    break;
                case 5:
                    catalog.ReportCheck(node, $"service:{id}", (HealthStatus)random.Next(3), $"o{random.Next(3)}", ReportKind.External);
                    break;
                case 6:
                    catalog.SetState(node, id, (InstanceState)random.Next(4), "why");
                    break;
                default:
                    catalog.SetMaintenance(node, null, random.Next(3) == 0, "why");
                    break;
            }
        }
    }

    private static Dictionary<string, string> Query(Catalog.Catalog catalog, string service, ServiceQuestion question)
    {
        var list = new Dictionary<string, string>();
        foreach (Instance instance in question.Filter.Select(catalog.FindService(service)))
        {
            byte[] json = RestCall.Encode(writer => InstanceJson.Write(writer, instance, question.EndpointsOnly)).ToArray();
            list[$"{instance.Node.Name}/{instance.Data.IdText}"] = WatchModel.Essence(json);
        }

        return list;
    }

    private sealed class Client(WatchStreams streams, int number)
    {
        private static readonly TimeSpan s_tooLong = TimeSpan.FromSeconds(20);

        private readonly Random _random = new(number);
        private readonly Channel<string> _committed = Channel.CreateUnbounded<string>();
        private readonly ConcurrentDictionary<string, (string Cursor, Dictionary<string, string> Instances)> _stored = [];
        private readonly List<JsonElement> _step = [];

        public ServiceQuestion Question { get; } = QuestionReader.Read(
            name => (number % 3, name) switch { (1, "health") => ["passing"], (2, "tag") => ["blue"], (2, "detail") => ["endpoint"], _ => [] }, new FieldErrors());

        /// <summary>Returns when it shows what the queries give.</summary>
        public async Task UntilAsync(Func<string, Dictionary<string, string>> query)
        {
            foreach (string service in s_services)
            {
                Dictionary<string, string> expected = query(service);
                while (!_stored.TryGetValue(service, out var stored) || !Same(stored.Instances, expected))
                {
                    await _committed.Reader.ReadAsync().AsTask().WaitAsync(s_tooLong);
                }
            }
        }

        public async Task FollowAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                await ConnectAsync(lines: _random.Next(300), stop);
            }
        }

        /// <summary>Reads some lines, and leaves.</summary>
        private async Task ConnectAsync(int lines, CancellationToken stop)
        {
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 2000, resumeWriterThreshold: 1000, useSynchronizationContext: false));
            (string, string?)[] wanted = [.. s_services.Select(service => (service, _stored.TryGetValue(service, out var stored) ? stored.Cursor : null))];
            var stream = new WatchStream(streams, new WatchRequest(wanted, Question), LineFraming.NdJson, pipe.Writer, () => { });
            Assert.True(streams.TryAdd(stream));
            Task run = Task.Run(stream.RunAsync, CancellationToken.None);
            await using CancellationTokenRegistration stopping = stop.Register(pipe.Reader.CancelPendingRead);
            _step.Clear();
            while (lines > 0)
            {
                ReadResult result = await pipe.Reader.ReadAsync(CancellationToken.None);
                if (result.IsCanceled)
                {
                    break;
                }

                ReadOnlySequence<byte> left = result.Buffer;
                for (; left.PositionOf((byte)'\n') is { } end; lines--)
                {
                    Apply(JsonDocument.Parse(left.Slice(0, end)).RootElement);
                    left = left.Slice(left.GetPosition(1, end));
                }

                pipe.Reader.AdvanceTo(left.Start, left.End);
            }

            stream.Raise(StreamEvents.Gone);
            await pipe.Reader.CompleteAsync();
            await run;
            streams.Remove(stream);
        }

        private void Apply(JsonElement line)
        {
            string type = line.GetProperty("type").GetString()!;
            if (type is "snapshot" or "resumed" or "changed" or "removed")
            {
                _step.Add(line);
                if (line.TryGetProperty("cursor", out JsonElement cursor))
                {
                    Commit(line.GetProperty("service").GetString()!, cursor.GetString()!);
                }
            }
        }

        private void Commit(string service, string cursor)
        {
            Dictionary<string, string> instances = _step[^1].GetProperty("type").GetString() == "snapshot" ? [] : new(_stored[service].Instances);
            foreach (JsonElement line in _step)
            {
                Assert.Equal(service, line.GetProperty("service").GetString());
                switch (line.GetProperty("type").GetString())
                {
                    case "snapshot":
                        foreach (JsonElement each in line.GetProperty("instances").EnumerateArray())
                        {
                            Put(instances, each);
                        }

                        break;
                    case "changed":
                        Put(instances, line.GetProperty("instance"));
                        break;
                    case "removed":
                        instances.Remove(KeyOf(line));
                        break;
                }
            }

            _step.Clear();
            _stored[service] = (cursor, instances);
            _committed.Writer.TryWrite(service);
        }

        private static void Put(Dictionary<string, string> instances, JsonElement instance) =>
            instances[KeyOf(instance)] = WatchModel.Essence(Encoding.UTF8.GetBytes(instance.GetRawText()));

        private static bool Same(Dictionary<string, string> left, Dictionary<string, string> right) =>
            left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out string? value) && value == pair.Value);

        private static string KeyOf(JsonElement named) => $"{named.GetProperty("node").GetString()}/{named.GetProperty("id").GetString()}";
    }
}
