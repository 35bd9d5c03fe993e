namespace Muster.Cluster.Tests.Net;

/// <summary>
/// Carries messages between servers of one test, in one thread, by virtual time: each link whole and in order. Ways can be
/// blocked in each direction, and links broken.
/// </summary>
internal sealed class MemoryNetwork(ManualTime time)
{
    private readonly PriorityQueue<Action, (TimeSpan At, long Number)> _events = new();
    private readonly HashSet<(TestServer From, TestServer To)> _blocked = [];
    private readonly List<MemoryLink> _links = [];
    private readonly Dictionary<string, TestServer> _servers = [];
    private long _number;

    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(1);

    public long LinkCapacity { get; set; } = 8 << 20;

    /// <summary>Asked of each message; true breaks the link instead of delivering it.</summary>
    public Func<MemoryLink, byte[], bool>? Breaks { get; set; }

    /// <summary>May put another message in the place of one that is delivered.</summary>
    public Func<MemoryLink, byte[], byte[]>? Alters { get; set; }

    /// <summary>Asked of each message; true has the catalog throw when its facts are merged.</summary>
    public Func<MemoryLink, byte[], bool>? Fails { get; set; }

    /// <summary>Addresses that a name stands for at the moment; empty for none, as of a name that does not exist.</summary>
    public Dictionary<string, string[]> Names { get; } = [];

    public IReadOnlyList<MemoryLink> Links => _links;

    public void Add(TestServer server) => _servers[server.Address] = server;

    public bool IsBlocked(TestServer from, TestServer to) => _blocked.Contains((from, to));

    public void Block(TestServer from, TestServer to) => _blocked.Add((from, to));

    public void Partition(TestServer[] left, TestServer[] right)
    {
        foreach (TestServer one in left)
        {
            foreach (TestServer other in right)
            {
                Block(one, other);
                Block(other, one);
            }
        }
    }

    public void Heal()
    {
        _blocked.Clear();
        foreach (MemoryLink link in _links.ToArray())
        {
            link.Pump();
        }
    }

    public void Dial(TestServer from, string target)
    {
        After(Delay, () =>
        {
            string[] addresses = Names.GetValueOrDefault(target, [target]);
            string? problem = addresses.Length == 0 ? "no such host" : null;
            bool connects = false;
            foreach (string address in addresses)
            {
                if (!_servers.TryGetValue(address, out TestServer? to) || !to.IsUp)
                {
                    problem ??= "connection refused";
                }
                else if (to.IsPaused || IsBlocked(from, to) || IsBlocked(to, from))
                {
                    problem = "timeout";
                }
                else if (to != from)
                {
                    Connect(from, to);
                    connects = true;
                }
            }

            if (!connects)
            {
                After(problem == "timeout" ? TimeSpan.FromSeconds(3) : TimeSpan.Zero, () => Tell(from, () => from.Node.OnDialFailed(target, problem ?? "itself")));
            }
        });
    }

    public void Carry(MemoryLink link, byte[] message)
    {
        TimeSpan at = time.Now + Delay;
        link.LastArrival = at > link.LastArrival ? at : link.LastArrival;
        At(link.LastArrival, () => Deliver(link, message));
    }

    public void Close(MemoryLink link, string reason)
    {
        if (!link.IsOpen)
        {
            return;
        }

        link.IsOpen = false;
        _links.Remove(link);
        MemoryLink other = link.Other;
        After(Delay, () => EndSide(other, $"closed by the other side: {reason}"));
    }

    /// <summary>Breaks all links of a server, as its death does.</summary>
    public void Cut(TestServer server)
    {
        foreach (MemoryLink link in _links.ToArray())
        {
            if (link.Owner == server || link.Target == server)
            {
                EndSide(link, "reset");
            }
        }
    }

    /// <summary>Does what is due.</summary>
    public void Run()
    {
        while (_events.TryPeek(out Action? action, out (TimeSpan At, long) due) && due.At <= time.Now)
        {
            _events.Dequeue();
            action();
        }
    }

    private void Connect(TestServer from, TestServer to)
    {
        var near = new MemoryLink(this, from, to);
        var far = new MemoryLink(this, to, from) { Other = near };
        near.Other = far;
        _links.AddRange([near, far]);
        PeerHello hello = from.Node.Hello, answer = to.Node.Hello;
        Tell(to, () => to.Node.OnConnected(far, hello, dialed: false));
        Tell(from, () => from.Node.OnConnected(near, answer, dialed: true));
    }

    private void Deliver(MemoryLink link, byte[] message)
    {
        MemoryLink end = link.Other;
        if (!end.IsOpen || !end.Owner.IsUp)
        {
            return;
        }

        if (Breaks?.Invoke(link, message) == true)
        {
            EndSide(link, "broken");
            EndSide(end, "broken");
            return;
        }

        if (end.Owner.IsPaused)
        {
            end.Owner.Missed.Enqueue(() => Deliver(link, message));
            return;
        }

        end.Owner.IsFailing = Fails?.Invoke(link, message) == true;
        try
        {
            end.Owner.Node.OnMessage(end, Alters?.Invoke(link, message) ?? message);
        }
        catch (InvalidOperationException error) when (end.Owner.IsFailing)
        {
            end.Owner.Node.OnMessageFailed(end, error);
        }

        end.Owner.IsFailing = false;
    }

    private void EndSide(MemoryLink link, string reason)
    {
        bool wasOpen = link.IsOpen;
        link.IsOpen = false;
        _links.Remove(link);
        if (wasOpen && link.Owner.IsUp)
        {
            Tell(link.Owner, () => link.Owner.Node.OnDisconnected(link, reason));
        }
    }

    private static void Tell(TestServer server, Action action)
    {
        if (server.IsPaused)
        {
            server.Missed.Enqueue(action);
        }
        else if (server.IsUp)
        {
            action();
        }
    }

    private void After(TimeSpan delay, Action action) => At(time.Now + delay, action);

    private void At(TimeSpan at, Action action) => _events.Enqueue(action, (at, _number++));
}
