using Muster.Catalog;

namespace Muster.Protocols.Rest.Watch;

/// <summary>All open watches, and what they share: the bytes of what happens, the clock, and the end.</summary>
internal sealed class WatchStreams
{
    private const long DeltaBytes = 8 * 1024 * 1024;
    private const int TicksOfInterval = 8;
    private static readonly TimeSpan s_longestTick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_shortestTick = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private readonly List<WatchStream> _open = [];
    private readonly List<WatchStream> _resting = [];
    private readonly TimeProvider _time;
    private readonly ServiceAnswers _answers;
    private readonly DeltaCache _deltas = new(DeltaBytes);
    private readonly ReadOnlyMemory<byte>[] _hello = new ReadOnlyMemory<byte>[2], _idle = new ReadOnlyMemory<byte>[2];
    private readonly ITimer _ticker, _rest;
    private readonly TimeSpan _tick;
    private WatchStream?[] _ticked = [];
    private long _services;
    private long _slow;
    private bool _isStopping;

    public WatchStreams(Catalog.Catalog catalog, TimeProvider time, RestOptions options, bool runInline = false)
    {
        Catalog = catalog;
        Options = options;
        RunInline = runInline;
        _time = time;
        _answers = new ServiceAnswers(catalog);
        foreach (LineFraming framing in (LineFraming[])[LineFraming.NdJson, LineFraming.EventStream])
        {
            var shape = WatchShape.Of(ServiceQuestion.Open, framing);
            using LineWriter hello = new(shape, catalog.Lineage), idle = new(shape, catalog.Lineage);
            _hello[(int)framing] = hello.Hello(catalog.Options.NodeName, options.IdleInterval).Written;
            _idle[(int)framing] = idle.Idle().Written;
        }

        TimeSpan shortest = options.IdleInterval < options.WatchWriteTimeout ? options.IdleInterval : options.WatchWriteTimeout;
        _tick = TimeSpan.FromTicks(Math.Clamp(shortest.Ticks / TicksOfInterval, s_shortestTick.Ticks, s_longestTick.Ticks));
        TicksOfWriteTimeout = (int)Math.Min(options.WatchWriteTimeout.Ticks / _tick.Ticks, int.MaxValue);
        _ticker = time.CreateTimer(static all => ((WatchStreams)all!).OnTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _rest = time.CreateTimer(static all => ((WatchStreams)all!).OnRested(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Catalog.Catalog Catalog { get; }

    public RestOptions Options { get; }

    /// <summary>For tests in one thread: a watch reacts at once, on the thread of who changes something.</summary>
    public bool RunInline { get; }

    /// <summary>How many ticks a reader has to take what is written.</summary>
    public int TicksOfWriteTimeout { get; }

    /// <summary>The present, as a timestamp.</summary>
    public long Now => _time.GetTimestamp();

    /// <summary>How many watches are open.</summary>
    public int Open => _open.Count;

    /// <summary>How many services they follow together.</summary>
    public long Services => Interlocked.Read(ref _services);

    /// <summary>How many readers were disconnected because they took nothing.</summary>
    public long Slow => Interlocked.Read(ref _slow);

    public TimeSpan Since(long timestamp) => _time.GetElapsedTime(timestamp);

    public ReadOnlyMemory<byte> HelloOf(LineFraming framing) => _hello[(int)framing];

    public ReadOnlyMemory<byte> IdleOf(LineFraming framing) => _idle[(int)framing];

    public void CountSlow() => Interlocked.Increment(ref _slow);

    /// <summary>The catalog's copy of a name, so that each watch need not keep its own.</summary>
    public string NameOf(string name) => Catalog.FindService(name) is { } snapshot && snapshot.Name == name ? snapshot.Name : name;

    /// <summary>Adds a watch; false when there are too many, or too many services.</summary>
    public bool TryAdd(WatchStream stream)
    {
        lock (_gate)
        {
            if (_open.Count >= Options.MaxWatches || _services + stream.Services > Options.MaxWatchedServices)
            {
                return false;
            }

            stream.Position = _open.Count;
            _open.Add(stream);
            _services += stream.Services;
            if (_open.Count == 1)
            {
                _ticker.Change(_tick, _tick);
            }

            if (_isStopping)
            {
                stream.Raise(StreamEvents.Stopping);
            }

            return true;
        }
    }

    public void Remove(WatchStream stream)
    {
        lock (_gate)
        {
            WatchStream last = _open[^1];
            _open[stream.Position] = last;
            last.Position = stream.Position;
            _open.RemoveAt(_open.Count - 1);
            _services -= stream.Services;
            if (_open.Count == 0)
            {
                _ticker.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _ticked = [];
            }
        }
    }

    /// <summary>Tells every reader that the server stops, also those still to come.</summary>
    public void Stop()
    {
        WatchStream[] open;
        lock (_gate)
        {
            _isStopping = true;
            open = [.. _open];
        }

        foreach (WatchStream stream in open)
        {
            stream.Raise(StreamEvents.Stopping);
        }
    }

    /// <summary>Wakes a watch when its pause is over. All that rest wake together, some a little sooner than they had to.</summary>
    public void Rest(WatchStream stream)
    {
        lock (_gate)
        {
            _resting.Add(stream);
            if (_resting.Count == 1)
            {
                _rest.Change(Options.WatchPause, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>The lines of the step from what a reader has to the present; none when nothing of it concerns the reader.</summary>
    public ReadOnlyMemory<byte> StepOf(WatchedService service, in ServiceView view, WatchShape shape)
    {
        var key = new DeltaKey(service.Name, service.Index, view.Index, shape.Key, Resumes: false);
        return _deltas.TryGet(key, out ReadOnlyMemory<byte> lines) ? lines : FindOrEncode(key, service, view, shape);
    }

    /// <summary>The lines for a reader that comes back with a cursor, or what stands in the way of going on from it.</summary>
    public bool TryResume(string service, string text, in ServiceView view, WatchShape shape, out ReadOnlyMemory<byte> lines, out string? obstacle)
    {
        lines = default;
        obstacle = ObstacleTo(text, view, shape, out WatchCursor cursor);
        if (obstacle is not null)
        {
            return false;
        }

        var key = new DeltaKey(service, cursor.Index, view.Index, shape.Key, Resumes: true);
        if (_deltas.TryGet(key, out lines))
        {
            return true;
        }

        using Lock.Scope alone = _deltas.BeginEncoding(key);
        if (_deltas.TryGet(key, out lines))
        {
            return true;
        }

        if (ServiceDelta.Since(Catalog, service, cursor.Index, view, shape.Question.Filter) is not { } delta)
        {
            obstacle = "what left the service since the cursor is no longer known";
            return false;
        }

        using var writer = new LineWriter(shape, Catalog.Lineage);
        lines = writer.Delta(service, view.Index, delta, lastHasCursor: false).Resumed(service, view.Index).Written.ToArray();
        _deltas.Set(key, lines);
        return true;
    }

    /// <summary>The three parts of a snapshot line.</summary>
    public (ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Instances, ReadOnlyMemory<byte> Tail) SnapshotOf(string service, in ServiceView view, WatchShape shape)
    {
        using var writer = new LineWriter(shape, Catalog.Lineage);
        ReadOnlyMemory<byte> head = writer.SnapshotHead(service, view.Index).Written;
        ReadOnlyMemory<byte> instances = view.Snapshot is null ? "[]"u8.ToArray() : _answers.For(view.Snapshot, shape.Question).Instances;
        return (head, instances, LineWriter.SnapshotTail(shape.Framing, Catalog.RemovalsOf(service)?.Newest, view.Index));
    }

    private ReadOnlyMemory<byte> FindOrEncode(in DeltaKey key, WatchedService service, in ServiceView view, WatchShape shape)
    {
        using Lock.Scope alone = _deltas.BeginEncoding(key);
        if (!_deltas.TryGet(key, out ReadOnlyMemory<byte> lines))
        {
            var delta = ServiceDelta.Between(service.Known, service.Index, view.Snapshot, Catalog.RemovalsOf(service.Name), shape.Question.Filter);
            using var writer = new LineWriter(shape, Catalog.Lineage);
            lines = writer.Delta(service.Name, view.Index, delta, lastHasCursor: true).Written.ToArray();
            _deltas.Set(key, lines);
        }

        return lines;
    }

    private string? ObstacleTo(string text, in ServiceView view, WatchShape shape, out WatchCursor cursor)
    {
        if (!WatchCursor.TryParse(text, out cursor))
        {
            return "the cursor is none of this API";
        }

        return cursor.Lineage != Catalog.Lineage ? "the cursor is of another server, or of an earlier life of this one"
            : cursor.Tag != shape.CursorTag ? "the cursor is of a watch with other filters or another detail"
            : cursor.Index > view.Index ? "the cursor is ahead of this server"
            : null;
    }

    private void OnTick()
    {
        int count;
        WatchStream?[] ticked;
        lock (_gate)
        {
            count = _open.Count;
            if (_ticked.Length < count)
            {
                _ticked = new WatchStream[_open.Capacity];
            }

            _open.CopyTo(_ticked!);
            _ticked.AsSpan(count).Clear();
            ticked = _ticked; // which the end of the last watch takes away
        }

        for (int i = 0; i < count; i++)
        {
            ticked[i]?.OnTick();
        }
    }

    private void OnRested()
    {
        WatchStream[] rested;
        lock (_gate)
        {
            rested = [.. _resting];
            _resting.Clear();
        }

        foreach (WatchStream stream in rested)
        {
            stream.Raise(StreamEvents.Rested);
        }
    }
}
