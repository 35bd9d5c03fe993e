using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Protocols.Rest.Watch;

namespace Muster.Protocols.Rest.Tests.Watch;

/// <summary>
/// A client of a watch as the documentation describes one, which insists on everything that is promised: it applies whole
/// steps, stores cursors with the lists they stand for, and can come back with any of them.
/// </summary>
internal sealed class WatchModel
{
    private readonly WatchStreams _streams;
    private readonly ServiceQuestion _question;
    private readonly Dictionary<string, List<(string Cursor, long Index, Dictionary<string, string> Instances)>> _stored = [];
    private readonly Dictionary<string, (long Index, Dictionary<string, string> Instances)> _shown = [];
    private readonly List<JsonElement> _step = [];
    private Pipe _pipe = new();
    private WatchStream? _stream;
    private Task _run = Task.CompletedTask;
    private readonly HashSet<string> _awaited = [];

    public WatchModel(WatchStreams streams, ServiceQuestion question)
    {
        _streams = streams;
        _question = question;
    }

    /// <summary>How often a cursor was good, and how often it was not.</summary>
    public (int Resumed, int Resynced) Returns { get; private set; }

    /// <summary>Asked at the end of each step: what a query at this index gave. Null when nobody knows.</summary>
    public required Func<string, long, IReadOnlyDictionary<string, string>>? QueryAt { get; init; }

    public ServiceQuestion Question => _question;

    /// <summary>Whether the server remembers so few removals that causes may be unknown.</summary>
    public required bool MayForget { get; init; }

    /// <summary>What is shown of a service; null before its first line.</summary>
    public IReadOnlyDictionary<string, string>? Shown(string service) => _shown.TryGetValue(service, out var shown) ? shown.Instances : null;

    public bool IsOpen => !_run.IsCompleted;

    /// <summary>Connects, with some of what was stored: the newest, older ones, or nothing.</summary>
    public void Connect(string[] services, Random random, int pauseThreshold)
    {
        Disconnect();
        _shown.Clear();
        _step.Clear();
        _awaited.Clear();
        _awaited.UnionWith(services);
        var wanted = new List<(string, string?)>();
        foreach (string service in services)
        {
            string? cursor = null;
            if (_stored.TryGetValue(service, out var stored) && random.Next(6) > 0)
            {
                var chosen = random.Next(2) == 0 ? stored[^1] : stored[random.Next(stored.Count)];
                cursor = chosen.Cursor;
                _shown[service] = (chosen.Index, new Dictionary<string, string>(chosen.Instances));
            }

            wanted.Add((service, cursor));
        }

        _pipe = new Pipe(new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: pauseThreshold,
            resumeWriterThreshold: pauseThreshold / 2, useSynchronizationContext: false));
        _stream = new WatchStream(_streams, new WatchRequest(wanted, _question), LineFraming.NdJson, _pipe.Writer, () => { });
        Assert.True(_streams.TryAdd(_stream));
        _run = _stream.RunAsync();
    }

    public void Disconnect()
    {
        if (_stream is not null)
        {
            _stream.Raise(StreamEvents.Gone);
            _pipe.Reader.Complete();
            Assert.True(_run.Wait(TimeSpan.FromSeconds(30)));
            _streams.Remove(_stream);
            _stream = null;
        }
    }

    /// <summary>Reads and applies what has arrived; true if that was anything.</summary>
    public bool Read()
    {
        if (!_pipe.Reader.TryRead(out ReadResult result))
        {
            return false;
        }

        ReadOnlySequence<byte> left = result.Buffer;
        while (left.PositionOf((byte)'\n') is { } end)
        {
            Apply(JsonDocument.Parse(left.Slice(0, end)).RootElement);
            left = left.Slice(left.GetPosition(1, end));
        }

        _pipe.Reader.AdvanceTo(left.Start, left.End);
        return result.Buffer.Length > left.Length;
    }

    /// <summary>What an instance is to a client: everything but the texts that may lag.</summary>
    public static string Essence(ReadOnlySpan<byte> instance)
    {
        JsonObject json = JsonNode.Parse(instance)!.AsObject();
        json.Remove("reasons");
        foreach (JsonNode? check in json["checks"]?.AsArray() ?? [])
        {
            check!.AsObject().Remove("output");
        }

        return json.ToJsonString();
    }

    private void Apply(JsonElement line)
    {
        switch (line.GetProperty("type").GetString())
        {
            case "hello":
                Assert.Equal(RestServer.Node, line.GetProperty("servedBy").GetString());
                break;
            case "resync":
                string service = line.GetProperty("service").GetString()!;
                Assert.NotEqual("", line.GetProperty("reason").GetString());
                Assert.True(_shown.Remove(service) && _awaited.Contains(service));
                Returns = (Returns.Resumed, Returns.Resynced + 1);
                break;
            case "snapshot" or "resumed" or "changed" or "removed":
                _step.Add(line);
                if (line.TryGetProperty("cursor", out JsonElement cursor))
                {
                    Commit(line.GetProperty("service").GetString()!, line.GetProperty("index").GetInt64(), cursor.GetString()!);
                }

                break;
            case var other:
                Assert.Equal("idle", other);
                break;
        }
    }

    private void Commit(string service, long index, string cursor)
    {
        bool isFirst = _awaited.Remove(service);
        string last = _step[^1].GetProperty("type").GetString()!;
        Assert.Equal(isFirst, last is "snapshot" or "resumed");
        Returns = (Returns.Resumed + (last == "resumed" ? 1 : 0), Returns.Resynced);
        (long before, Dictionary<string, string> instances) = last == "snapshot" ? (0, []) : _shown[service];
        Assert.True(last == "resumed" ? index >= before : index > before);
        var touched = new HashSet<string>();
        foreach (JsonElement line in _step)
        {
            Assert.Equal((service, index), (line.GetProperty("service").GetString(), line.GetProperty("index").GetInt64()));
            Apply(line, instances, touched);
        }

        _step.Clear();
        if (QueryAt is not null)
        {
            Assert.Equal(QueryAt(service, index), instances);
        }

        _shown[service] = (index, instances);
        if (!_stored.TryGetValue(service, out var stored))
        {
            _stored[service] = stored = [];
        }

        stored.Add((cursor, index, new Dictionary<string, string>(instances)));
    }

    private void Apply(JsonElement line, Dictionary<string, string> instances, HashSet<string> touched)
    {
        switch (line.GetProperty("type").GetString())
        {
            case "snapshot":
                foreach (JsonElement each in line.GetProperty("instances").EnumerateArray())
                {
                    instances.Add(KeyOf(each), Essence(Encoding.UTF8.GetBytes(each.GetRawText())));
                }

                break;
            case "changed":
                JsonElement instance = line.GetProperty("instance");
                Assert.True(touched.Add(KeyOf(instance)), "an instance twice in one step");
                instances[KeyOf(instance)] = Essence(Encoding.UTF8.GetBytes(instance.GetRawText()));
                break;
            case "removed":
                Assert.True(touched.Add(KeyOf(line)), "an instance twice in one step");
                Assert.Contains(line.GetProperty("kind").GetString(), (string[])["deregistered", "expired", "filtered", "replaced", .. MayForget ? ["unknown"] : (string[])[]]);
                Assert.NotEqual("", line.GetProperty("cause").GetString());
                instances.Remove(KeyOf(line));
                break;
        }
    }

    private static string KeyOf(JsonElement named) => $"{named.GetProperty("node").GetString()}/{named.GetProperty("id").GetString()}";
}
