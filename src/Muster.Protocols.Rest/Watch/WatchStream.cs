using System.IO.Pipelines;
using Muster.Catalog;

namespace Muster.Protocols.Rest.Watch;

/// <summary>
/// One watch: tells its reader what its services have, and then what happens to them.
/// </summary>
/// <remarks>
/// <para>One task, whatever the number of services. A service that changes puts itself on a list and wakes the task; what
/// is written is the step from the list that the reader has to the present one. So nothing queues up for a reader that
/// takes its time: it skips what lay in between.</para>
/// <para>What waits to be sent is at most a piece, and what the transport takes on top. A reader that does not take that within
/// <see cref="RestOptions.WatchWriteTimeout"/> is disconnected.</para>
/// </remarks>
internal sealed class WatchStream
{
    private const int Piece = 32 * 1024;
    private const int StepsAtOnce = 4;
    private const int SecondsBeforeReturn = 2;

    private readonly WatchStreams _all;
    private readonly WatchShape _shape;
    private readonly PipeWriter _output;
    private readonly Action _disconnect;
    private readonly WatchedService[] _services;
    private readonly StreamSignal _signal;
    private string?[]? _cursors;
    private WatchedService? _changed;
    private int _unflushed;
    private bool _rests, _hasEnded;
    private long _quietSince, _blockedSince;
    private int _blockedTicks;
    private volatile bool _isBlocked;

    public WatchStream(WatchStreams all, WatchRequest request, LineFraming framing, PipeWriter output, Action disconnect)
    {
        _all = all;
        _shape = WatchShape.Of(request.Question, framing);
        _output = output;
        _disconnect = disconnect;
        _signal = new StreamSignal(all.RunInline);
        _quietSince = all.Now;
        _services = [.. request.Services.Select(service => new WatchedService(this, all.NameOf(service.Name)))];
        _cursors = [.. request.Services.Select(service => service.Cursor)];
    }

    /// <summary>How many services it follows.</summary>
    public int Services => _services.Length;

    /// <summary>Where it stands among all.</summary>
    public int Position { get; set; }

    /// <summary>Follows until the reader is gone or the server stops.</summary>
    public async Task RunAsync()
    {
        try
        {
            bool goesOn = await StartAsync();
            while (goesOn)
            {
                goesOn = await ReactAsync(await _signal.WaitAsync());
            }
        }
        finally
        {
            foreach (WatchedService service in _services)
            {
                service.Leave();
            }

            lock (_signal)
            {
                _hasEnded = true;
            }
        }
    }

    /// <summary>Something happened that the watch must react to. Any thread.</summary>
    public void Raise(StreamEvents raised) => _signal.Raise(raised);

    /// <summary>A service changed. Any thread.</summary>
    public void OnChanged(WatchedService service)
    {
        WatchedService? first;
        do
        {
            first = Volatile.Read(ref _changed);
            service.NextChanged = first;
        }
        while (Interlocked.CompareExchange(ref _changed, service, first) != first);

        if (first is null)
        {
            Raise(StreamEvents.Changed);
        }
    }

    /// <summary>Called every now and then: disconnects a reader that takes nothing, and breaks silence.</summary>
    public void OnTick()
    {
        if (_isBlocked)
        {
            // in ticks, too: a pause of the server, in which the reader's reading could not be noticed, is one tick
            if (++_blockedTicks >= _all.TicksOfWriteTimeout && _all.Since(Volatile.Read(ref _blockedSince)) >= _all.Options.WatchWriteTimeout)
            {
                Disconnect();
            }
        }
        else if (_all.Since(Volatile.Read(ref _quietSince)) >= _all.Options.IdleInterval)
        {
            Raise(StreamEvents.Silent);
        }
    }

    /// <summary>
    /// Ends the request of a reader that is too slow. The request does not end by itself meanwhile: what is asked of it
    /// after its end is asked of the next one on its connection, or of none.
    /// </summary>
    private void Disconnect()
    {
        lock (_signal)
        {
            if (_isBlocked && !_hasEnded)
            {
                _isBlocked = false; // once is enough
                _all.CountSlow();
                Raise(StreamEvents.Gone);
                _disconnect();
                _output.CancelPendingFlush();
            }
        }
    }

    private async ValueTask<bool> StartAsync()
    {
        string?[] cursors = _cursors!;
        _cursors = null;
        Write(_all.HelloOf(_shape.Framing));
        for (int i = 0; i < _services.Length; i++)
        {
            if (!await BeginAsync(_services[i], cursors[i]))
            {
                return false;
            }
        }

        return await FlushAsync();
    }

    private async ValueTask<bool> ReactAsync(StreamEvents events)
    {
        if ((events & StreamEvents.Gone) != StreamEvents.None)
        {
            return false;
        }

        if ((events & StreamEvents.Stopping) != StreamEvents.None)
        {
            using var lines = new LineWriter(_shape, _all.Catalog.Lineage);
            Write(lines.Bye("the server is stopping", SecondsBeforeReturn).Written);
            await FlushAsync();
            return false;
        }

        _rests &= (events & StreamEvents.Rested) == StreamEvents.None;
        if (Volatile.Read(ref _changed) is not null)
        {
            return HasRested() ? await WriteChangesAsync() : true;
        }

        if ((events & StreamEvents.Silent) != StreamEvents.None)
        {
            Write(_all.IdleOf(_shape.Framing));
            return await FlushAsync();
        }

        return true;
    }

    /// <summary>False right after the last lines: a burst of changes becomes one step. Something will wake the watch again.</summary>
    private bool HasRested()
    {
        if (_rests)
        {
            return false;
        }

        _rests = _all.Since(_quietSince) < _all.Options.WatchPause;
        if (_rests)
        {
            _all.Rest(this);
        }

        return !_rests;
    }

    private async ValueTask<bool> WriteChangesAsync()
    {
        WatchedService? service = Interlocked.Exchange(ref _changed, null);
        while (service is not null)
        {
            WatchedService? next = service.NextChanged;
            service.NextChanged = null;
            if (!await GoOnAsync(service))
            {
                return false;
            }

            service = next;
        }

        return await FlushAsync();
    }

    private async ValueTask<bool> BeginAsync(WatchedService service, string? cursor)
    {
        ServiceView view = _all.Catalog.ViewService(service.Name);
        string? obstacle = null;
        if (cursor is not null && _all.TryResume(service.Name, cursor, view, _shape, out ReadOnlyMemory<byte> lines, out obstacle))
        {
            service.Advance(view);
            return await WriteAsync(lines) && await WaitOrGoOnAsync(service);
        }

        if (obstacle is not null)
        {
            using var resync = new LineWriter(_shape, _all.Catalog.Lineage);
            Write(resync.Resync(service.Name, obstacle).Written);
        }

        (ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> instances, ReadOnlyMemory<byte> tail) = _all.SnapshotOf(service.Name, view, _shape);
        service.Advance(view);
        return await WriteAsync(head) && await WriteAsync(instances) && await WriteAsync(tail) && await WaitOrGoOnAsync(service);
    }

    private ValueTask<bool> WaitOrGoOnAsync(WatchedService service) =>
        service.TryWait(_all.Catalog) ? ValueTask.FromResult(true) : GoOnAsync(service);

    /// <summary>Writes what happened to a service since its reader's list, and waits for the next change of it.</summary>
    private async ValueTask<bool> GoOnAsync(WatchedService service)
    {
        for (int steps = 0; steps < StepsAtOnce; steps++)
        {
            ServiceView view = _all.Catalog.ViewService(service.Name);
            if (view.Index != service.Index)
            {
                ReadOnlyMemory<byte> lines = _all.StepOf(service, view, _shape);
                service.Advance(view);
                if (!await WriteAsync(lines))
                {
                    return false;
                }
            }

            if (service.TryWait(_all.Catalog))
            {
                return true;
            }
        }

        // It changes faster than it can be told; others get their turn first.
        OnChanged(service);
        return true;
    }

    private void Write(ReadOnlyMemory<byte> bytes)
    {
        // with the length: before its headers are out, Kestrel gives no room to who does not say how much
        bytes.Span.CopyTo(_output.GetSpan(bytes.Length));
        _output.Advance(bytes.Length);
        _unflushed += bytes.Length;
    }

    private async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int length = Math.Min(bytes.Length, Piece);
            Write(bytes[..length]);
            bytes = bytes[length..];
            if (_unflushed >= Piece && !await FlushAsync())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Sends what was written; false when the reader is gone.</summary>
    private async ValueTask<bool> FlushAsync()
    {
        if (_unflushed == 0)
        {
            return true;
        }

        _unflushed = 0;
        ValueTask<FlushResult> flush = _output.FlushAsync();
        if (!flush.IsCompleted)
        {
            Volatile.Write(ref _blockedSince, _all.Now);
            _blockedTicks = 0;
            _isBlocked = true;
        }

        FlushResult result = await flush;
        _isBlocked = false;
        Volatile.Write(ref _quietSince, _all.Now);
        return result is { IsCanceled: false, IsCompleted: false };
    }
}
