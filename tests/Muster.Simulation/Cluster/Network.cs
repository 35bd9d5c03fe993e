namespace Muster.Simulation.Cluster;

/// <summary>Connections between servers, and the ways they take.</summary>
internal sealed class Network
{
    private const int Archived = 64;

    private readonly Scenario _scenario;
    private readonly Path[,] _paths;
    private readonly List<SimulatedLink> _open = [];
    private readonly List<(SimulatedLink Link, byte[] Message)> _archive = [];
    private readonly List<ClusterServer> _servers;

    public Network(Agenda agenda, Random random, Scenario scenario, List<ClusterServer> servers)
    {
        Agenda = agenda;
        Random = random;
        _scenario = scenario;
        _servers = servers;
        _paths = new Path[scenario.Servers, scenario.Servers];
        for (int from = 0; from < scenario.Servers; from++)
        {
            for (int to = 0; to < scenario.Servers; to++)
            {
                _paths[from, to] = new Path(from, to) { Delay = TimeSpan.FromMilliseconds(random.Next(1, 4)) };
            }
        }
    }

    public Agenda Agenda { get; }

    public Random Random { get; }

    public long Messages { get; private set; }

    public long Refused { get; private set; }

    public Path this[int from, int to] => _paths[from, to];

    public bool CanReceive(int server) => _servers[server].IsRunning;

    /// <summary>Whether a request gets there and its answer back.</summary>
    public bool CanTalk(int left, int right) => left == right || (!_paths[left, right].IsBlocked && !_paths[right, left].IsBlocked);

    public void Dial(ClusterServer from, string target)
    {
        int life = from.Life;
        int port = target.IndexOf(':', StringComparison.Ordinal);
        ClusterServer? to = _servers.Find(server => server.Name == (port < 0 ? target : target[..port]));
        if (to is null || to == from || !to.IsUp)
        {
            Agenda.In(_paths[from.Index, to?.Index ?? 0].Delay, () => from.OnDialFailed(life, target, "connection refused"));
        }
        else if (!CanTalk(from.Index, to.Index) || to.IsPaused)
        {
            Agenda.InSeconds(5, () => from.OnDialFailed(life, target, "timed out"));
        }
        else
        {
            TimeSpan roundTrip = _paths[from.Index, to.Index].Delay + _paths[to.Index, from.Index].Delay;
            Agenda.In(2 * roundTrip, () => Connect(from, life, to, target));
        }
    }

    public bool Send(SimulatedLink link, byte[] message)
    {
        if (!link.Outgoing.TrySend(message))
        {
            Refused++;
            return false;
        }

        if (_scenario.Faults.HasFlag(Faults.LateCopy) && Random.Next(20) == 0)
        {
            if (_archive.Count == Archived)
            {
                _archive.RemoveAt(Random.Next(Archived));
            }

            _archive.Add((link, message));
        }

        return true;
    }

    /// <summary>
    /// Delivers an old message once more, on the connection that its two servers have now: only of the same life of the sender,
    /// for the stamps in it mean nothing in another, and no network carries a message from one greeting to the next.
    /// </summary>
    public string? DeliverLateCopy()
    {
        if (_archive.Count == 0)
        {
            return null;
        }

        (SimulatedLink sent, byte[] message) = _archive[Random.Next(_archive.Count)];
        Path path = sent.Outgoing.Path;
        SimulatedLink? link = _open.Find(open => open.IsOpen && open.Life == sent.Life && open.Outgoing.Path == path && open.Outgoing.Reader is not null);
        link?.Outgoing.Inject(message);
        return link is null ? null : $"a message of kind {message[0]} from s{path.From} to s{path.To} comes once more";
    }

    public void Arrive(SimulatedLink link, byte[] message)
    {
        Messages++;
        link.Owner.Receive(link, message);
    }

    /// <summary>An end learns that its connection is over.</summary>
    public void Ended(SimulatedLink link, string reason)
    {
        if (link.IsOpen)
        {
            link.Shut(abruptly: true);
        }

        _open.Remove(link);
        Agenda.In(TimeSpan.Zero, () => link.Owner.OnDisconnected(link, reason));
    }

    /// <summary>All of a server's connections end with its process; with the power they end without a word.</summary>
    public void EndAll(ClusterServer server, bool silently)
    {
        foreach (SimulatedLink link in _open.FindAll(open => open.Owner == server))
        {
            _open.Remove(link);
            if (silently)
            {
                link.Vanish();
            }
            else
            {
                link.Shut(abruptly: Random.Next(2) == 0);
            }
        }
    }

    /// <summary>A server that is back answers what was sent to its former life.</summary>
    public void ResetThoseOf(int server)
    {
        foreach (SimulatedLink link in _open.FindAll(open => open.Outgoing.Path.To == server && open.Outgoing.Reader is null))
        {
            Ended(link, "reset by the peer");
        }
    }

    /// <summary>Resets one connection, as a router does that lost its table.</summary>
    public bool ResetOne()
    {
        if (_open.Count == 0)
        {
            return false;
        }

        SimulatedLink link = _open[Random.Next(_open.Count)];
        this[link.Outgoing.Path.From, link.Outgoing.Path.To].Disturb(Agenda.Now);
        this[link.Outgoing.Path.To, link.Outgoing.Path.From].Disturb(Agenda.Now);
        Ended(link, "reset");
        return true;
    }

    /// <summary>Something may move again: on a way, or to a server.</summary>
    public void Pump(int? from, int to)
    {
        foreach (SimulatedLink link in _open)
        {
            if (link.Outgoing.Path.To == to && (from is null || link.Outgoing.Path.From == from))
            {
                link.Outgoing.Pump();
            }
        }
    }

    private void Connect(ClusterServer from, int life, ClusterServer to, string target)
    {
        if (from.Life != life || !from.IsUp)
        {
            return;
        }

        if (!to.IsRunning || !CanTalk(from.Index, to.Index))
        {
            Agenda.InSeconds(5, () => from.OnDialFailed(life, target, "timed out"));
            return;
        }

        var there = new Pipe(this, _paths[from.Index, to.Index], _scenario.LinkBytes);
        var back = new Pipe(this, _paths[to.Index, from.Index], _scenario.LinkBytes);
        var near = new SimulatedLink(this, from, life, there, back);
        var far = new SimulatedLink(this, to, to.Life, back, there);
        _open.Add(near);
        _open.Add(far);
        to.OnConnected(far, from, dialed: false);
        there.Reader = far;
        there.Pump();
        Agenda.In(back.Path.Delay, () =>
        {
            from.OnConnected(near, to, dialed: true);
            back.Reader = near.IsOpen ? near : null;
            back.Pump();
        });
    }
}
