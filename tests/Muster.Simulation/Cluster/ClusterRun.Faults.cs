using System.Runtime.CompilerServices;

namespace Muster.Simulation.Cluster;

// What goes wrong. Each fault begins, and plans its own end.
internal sealed partial class ClusterRun
{
    private readonly Queue<Faults> _first = new();
    private readonly List<StrongBox<Action?>> _ongoing = [];
    private Faults _kindsSeen;

    private void PlanFault()
    {
        Faults[] kinds = [.. Enum.GetValues<Faults>().Where(kind => kind != Faults.None && Scenario.Faults.HasFlag(kind))];
        _random.Shuffle(kinds);
        foreach (Faults kind in kinds)
        {
            _first.Enqueue(kind);
        }

        Agenda.InSeconds(10 + _random.NextDouble() * 30, () => NextFault(kinds));
    }

    /// <summary>Each kind once, then any.</summary>
    private void NextFault(Faults[] kinds)
    {
        if (_isSettling)
        {
            return;
        }

        Faults kind = _first.TryDequeue(out Faults first) ? first : kinds[_random.Next(kinds.Length)];
        _kindsSeen |= kind;
        Begin(kind);
        Agenda.InSeconds(_random.NextDouble() * 2 * Scenario.SecondsBetweenFaults, () => NextFault(kinds));
    }

    private void Begin(Faults kind)
    {
        ClusterServer server = _servers[_random.Next(_servers.Count)];
        Path path = AnyPath();
        double seconds = _random.Next(3) switch { 0 => 1 + _random.NextDouble() * 5, 1 => 5 + _random.NextDouble() * 25, _ => 20 + _random.NextDouble() * 70 };
        Say($"FAULT {kind} {(kind <= Faults.FarAhead ? server.Name : $"s{path.From}->s{path.To}")} {seconds:0} s");
        switch (kind)
        {
            case Faults.Kill: End(server, seconds, server => server.Crash(powerLoss: false)); break;
            case Faults.PowerLoss: End(server, seconds, server => server.Crash(powerLoss: true)); break;
            case Faults.DataLost: End(server, seconds, LoseData); break;
            case Faults.Pause: Pause(server, seconds); break;
            case Faults.Skew: Skew(server); break;
            case Faults.FarAhead: PutAhead(server); break;
            case Faults.Partition: Partition(seconds); break;
            case Faults.OneWay: Block([path], seconds); break;
            case Faults.Clog: Swizzle(seconds); break;
            case Faults.Slow: Impair(path, seconds, slow: true); break;
            case Faults.Unruly: Impair(path, seconds, slow: false); break;
            case Faults.Reset: Network.ResetOne(); break;
            case Faults.LateCopy: LateCopies(); break;
            case Faults.Leave: Leave(server, seconds); break;
            case Faults.Storm: Storm(seconds); break;
            case Faults.Disk: BreakDisk(server, seconds); break;
            case Faults.ClientPath: LoseSight(_random.Next(_servers.Count), server.Index, seconds); break;
        }
    }

    /// <summary>The process ends in some way and begins again.</summary>
    private void End(ClusterServer server, double seconds, Action<ClusterServer> how)
    {
        if (!server.IsUp)
        {
            return;
        }

        server.AuditAll();
        how(server);
        int life = server.Life;
        EndLater(seconds, () => Restart(server, life));
    }

    private void Restart(ClusterServer server, int life)
    {
        if (server.Life == life && !server.IsUp)
        {
            Say($"{server.Name} starts again");
            server.Start();
        }
    }

    private static void LoseData(ClusterServer server)
    {
        server.Crash(powerLoss: true);
        server.LoseData();
    }

    private void Pause(ClusterServer server, double seconds)
    {
        if (!server.IsRunning)
        {
            return;
        }

        int life = server.Life;
        server.Pause();
        EndLater(seconds, () =>
        {
            if (server.Life == life && server.IsPaused)
            {
                Say($"{server.Name} runs on");
                server.Resume();
            }
        });
    }

    /// <summary>A clock is set, or runs away in small steps. It stays within 29 s of the world's, so that no two are a minute apart.</summary>
    private void Skew(ClusterServer server)
    {
        if (server.IsPoisoned)
        {
            return;
        }

        server.SetWallClock(TimeSpan.FromSeconds(-29 + _random.NextDouble() * 58));
        if (_random.Next(2) == 0)
        {
            return;
        }

        for (int i = 1; i <= 20; i++)
        {
            Agenda.InSeconds(i * 0.5, () =>
            {
                if (!server.IsPoisoned)
                {
                    double next = server.Skew.TotalSeconds + _random.NextDouble() * 2;
                    server.SetWallClock(TimeSpan.FromSeconds(next > 29 ? -29 : next));
                }
            });
        }
    }

    /// <summary>One server's clock at a time runs ahead; others refuse it until an operator has put it right and emptied it.</summary>
    private void PutAhead(ClusterServer server)
    {
        if (!_servers.Exists(other => other.IsPoisoned))
        {
            server.SetWallClock(TimeSpan.FromMinutes(10 + _random.Next(100)));
        }
    }

    private void Partition(double seconds)
    {
        int side = 1 + _random.Next((1 << _servers.Count) - 2);
        var between = new List<Path>();
        foreach (ClusterServer from in _servers)
        {
            foreach (ClusterServer to in _servers)
            {
                if (((side >> from.Index) & 1) != ((side >> to.Index) & 1))
                {
                    between.Add(Network[from.Index, to.Index]);
                }
            }
        }

        Say($"sides {side:b}");
        Block(between, seconds);
    }

    private void Block(List<Path> paths, double seconds)
    {
        paths.ForEach(path => path.Block(Agenda.Now));
        EndLater(seconds, () => paths.ForEach(Unblock));
    }

    private void Unblock(Path path)
    {
        path.Unblock(Agenda.Now);
        // What waited is sent again only after a while.
        Agenda.InSeconds(_random.NextDouble() * 2, () => Network.Pump(path.From, path.To));
    }

    private void Swizzle(double seconds)
    {
        double clogged = 0;
        foreach (Path path in Enumerable.Range(0, 2 + _random.Next(4)).Select(_ => AnyPath()).Distinct().ToList())
        {
            clogged += _random.NextDouble() * 3;
            double released = 15 - clogged + _random.NextDouble() * seconds;
            Agenda.InSeconds(clogged, () =>
            {
                if (!_isSettling)
                {
                    Block([path], released);
                }
            });
        }
    }

    private void Impair(Path path, double seconds, bool slow)
    {
        path.Impair(Agenda.Now);
        if (slow)
        {
            path.Delay = TimeSpan.FromMilliseconds(50 + _random.Next(450));
            path.BytesPerSecond = 1000 << _random.Next(6);
        }
        else
        {
            path.Unruliness = 2 + _random.Next(30);
        }

        EndLater(seconds, () => path.Mend(Agenda.Now));
    }

    private void LateCopies()
    {
        for (int i = 1 + _random.Next(5); i > 0; i--)
        {
            if (Network.DeliverLateCopy() is { } what)
            {
                Say(what);
            }
        }
    }

    private void Leave(ClusterServer server, double seconds)
    {
        if (!server.IsReady)
        {
            return;
        }

        int life = server.Life;
        server.Leave();
        Agenda.InSeconds(5 + _random.NextDouble() * 5, () =>
        {
            if (server.Life == life && server.IsRunning)
            {
                Say($"{server.Name} has left: {server.Node.View.HasLeft}");
                server.AuditAll();
                server.Stop();
                EndLater(seconds, () => Restart(server, life));
            }
        });
    }

    private void Storm(double seconds)
    {
        int share = _random.Next(20, 101), kind = _random.Next(3);
        Say($"storm {kind} of {share} %");
        if (kind == 0)
        {
            foreach (ClusterServer server in _servers)
            {
                foreach (ClusterServer site in _servers)
                {
                    LoseSight(site.Index, server.Index, seconds);
                }
            }

            return;
        }

        foreach (SimulatedClient client in _clients)
        {
            if (_random.Next(100) >= share)
            {
                continue;
            }

            if (kind == 1)
            {
                client.Kill();
            }
            else
            {
                client.Leave();
            }

            if (_random.Next(4) > 0)
            {
                Agenda.InSeconds(_random.NextDouble() * seconds, client.Start);
            }
        }
    }

    private void BreakDisk(ClusterServer server, double seconds)
    {
        if (!server.IsUp)
        {
            return;
        }

        server.BreakDisk(true);
        EndLater(seconds, () => server.BreakDisk(false));
    }

    private void LoseSight(int site, int server, double seconds)
    {
        _callsBlocked[site, server]++;
        EndLater(seconds, () => _callsBlocked[site, server]--);
    }

    /// <summary>What a fault did is undone after a while, or when faults stop.</summary>
    private void EndLater(double seconds, Action undo)
    {
        var ongoing = new StrongBox<Action?>(undo);
        _ongoing.Add(ongoing);
        Agenda.InSeconds(seconds, () => End(ongoing));
    }

    private void EndAllFaults()
    {
        foreach (StrongBox<Action?> fault in _ongoing.ToList())
        {
            End(fault);
        }
    }

    private void End(StrongBox<Action?> fault)
    {
        Action? undo = fault.Value;
        fault.Value = null;
        _ongoing.Remove(fault);
        undo?.Invoke();
    }

    private Path AnyPath()
    {
        int from = _random.Next(_servers.Count);
        return Network[from, (from + 1 + _random.Next(_servers.Count - 1)) % _servers.Count];
    }
}
