using Muster.Catalog;
using Muster.Journal;

namespace Muster.Simulation;

// What happens around the server: time, the disk, clients that wait, and its own end.
internal sealed partial class SimulationRun
{
    private const double TenYears = 315_576_000;

    private void LetTimePass()
    {
        switch (_random.Next(4))
        {
            case 0:
                Say("a late tick");
                // Half a millisecond, so that no gap is the threshold itself: which side that falls on is a matter of rounding.
                _server.Time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, (int)SimulatedServer.PauseThreshold.TotalMilliseconds) + 0.5));
                Tick();
                break;
            case 1:
                // commands come between ticks, too
                _server.Time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 40)));
                AuditNoChange();
                break;
            default:
                RunTicks(_random.NextDouble() * 2);
                break;
        }
    }

    private void RunTicks(double seconds)
    {
        int ticks = (int)(seconds / _server.Options.Tick.TotalSeconds);
        Say($"{ticks} ticks");
        for (int i = 0; i < ticks; i++)
        {
            _server.Time.Advance(_server.Options.Tick);
            Tick();
        }
    }

    private void Tick()
    {
        if (_bug == PlantedBug.NothingExpires)
        {
            AuditTime();
            return;
        }

        _server.Tick();
        AuditTime();
    }

    private void AuditTime()
    {
        _invariants.Deadlines.Tick();
        foreach (CatalogChange change in _server.Changes)
        {
            Say($"expired: {change.Kind} {change.Before?.Data.IdText ?? change.Node?.Name}");
            _invariants.Expired(change);
        }

        _invariants.Audit(static _ => true);
        if (_server.Options.ExpiriesPerSecond >= 1000)
        {
            _invariants.Deadlines.AuditLateness();
        }
    }

    /// <summary>SIGSTOP, a suspended machine, a long collection: time goes by and the server does not run.</summary>
    private void Pause()
    {
        TimeSpan pause = SimulatedServer.PauseThreshold + TimeSpan.FromMilliseconds(_random.Next(1, 60_000));
        Say($"paused for {pause.TotalSeconds} s");
        _server.Time.Jump(pause);
        if (_random.Next(2) == 0)
        {
            Renew(); // heartbeats may be served before the first tick
        }

        Tick();
    }

    private void SetWallClock()
    {
        TimeSpan by = TimeSpan.FromSeconds((_random.Next(2) == 0 ? -1 : 1) * (_random.Next(3) switch { 0 => TenYears, 1 => 3600, _ => 1 }));
        DateTimeOffset now = _server.Time.GetUtcNow() + by;
        if (now.Year is > 1990 and < 2100)
        {
            Say($"wall clock {by}");
            _server.Time.SetWallClock(now);
            _invariants.ClockWasSetBack |= by < TimeSpan.Zero;
            _invariants.ForgetWhoLeft();
            Tick();
        }
    }

    private void Flush()
    {
        _server.Flush();
        Say($"flushed to {_server.Journal.Status.DurableSequence}");
    }

    private void Snapshot()
    {
        if (_server.HasSnapshotUnderWay)
        {
            _server.WriteSnapshot();
            Say($"snapshot written, durable {_server.Journal.Status.DurableSequence}");
        }
        else if (_server.Journal.IsSnapshotRequested || _random.Next(3) == 0)
        {
            _server.BeginSnapshot();
            Say("snapshot begun");
        }

        AuditNoChange();
    }

    private void KeepSnapshots()
    {
        while (_server.HasSnapshotUnderWay || _server.Journal.IsSnapshotRequested)
        {
            Snapshot();
            _server.Flush();
        }
    }

    private void BreakOrMendDisk()
    {
        _diskFails = !_diskFails;
        Say(_diskFails ? "the disk fails" : "the disk is well");
        int share = 1 + _random.Next(3);
        string reason = _random.Next(2) == 0 ? "No space left on device" : "Input/output error";
        _server.Storage.Fault = !_diskFails ? null : (_, _) =>
        {
            if (_random.Next(share) == 0)
            {
                throw new IOException(reason);
            }
        };
    }

    private void OpenOrAbandonWatch()
    {
        if (_invariants.Watchers.Count > 0 && _random.Next(3) == 0)
        {
            SimulatedWatcher watcher = _invariants.Watchers[_random.Next(_invariants.Watchers.Count)];
            Say($"abandon a watch of {watcher.View.Name}");
            watcher.Abandon();
            _invariants.Watchers.Remove(watcher);
        }
        else if (_invariants.Watchers.Count < 30)
        {
            var watcher = new SimulatedWatcher(_views[_random.Next(_views.Length)]);
            Say($"watch {watcher.View.Name}");
            _invariants.Watchers.Add(watcher);
        }

        AuditNoChange();
    }

    private void End()
    {
        JournalStatus status = _server.Journal.Status;
        int kind = _random.Next(3);
        _server.Time.Advance(TimeSpan.FromSeconds(1 + _random.Next(5)));
        Say($"{(kind == 0 ? "clean restart" : kind == 1 ? "SIGKILL" : "power loss")}: last {status.LastSequence}, durable {status.DurableSequence}, {status.State} {status.Reason}");
        _diskFails = false;
        if (kind == 0)
        {
            _server.Restart();
        }
        else
        {
            _server.Crash(powerLoss: kind == 2);
        }

        Say($"recovered to {_server.Journal.Recovery.LastSequence}: {string.Join("; ", _server.Journal.Recovery.Messages)}");
        Recovered();
    }
}
