namespace Muster.Simulation.Cluster;

/// <summary>One direction of a connection: a bounded queue of messages on their way.</summary>
internal sealed class Pipe(Network network, Path path, int limit)
{
    private const long BufferBytes = 64 * 1024;

    private readonly LinkedList<(byte[] Message, TimeSpan Ready)> _messages = [];
    private TimeSpan _lastReady;
    private bool _planned;

    /// <summary>Where the messages come out. Null once nobody reads any more.</summary>
    public SimulatedLink? Reader { get; set; }

    /// <summary>The writer is gone: after the last message comes the end.</summary>
    public bool IsEnding { get; private set; }

    public Path Path => path;

    public long Bytes { get; private set; }

    /// <summary>What the writer sees waiting: what the kernel's buffers do not take.</summary>
    public long QueuedBytes => Math.Max(0, Bytes - BufferBytes);

    public bool TrySend(byte[] message)
    {
        if (QueuedBytes + message.Length > limit)
        {
            return false;
        }

        TimeSpan now = network.Agenda.Now;
        if (path.Unruliness > 0 && network.Random.Next(100) < path.Unruliness)
        {
            switch (network.Random.Next(3))
            {
                case 0:
                    return true;
                case 1:
                    Enqueue(message, now);
                    break;
                default:
                    Enqueue(message, now);
                    Overtake();
                    return true;
            }
        }

        Enqueue(message, now);
        return true;
    }

    /// <summary>A message comes (again) that somebody held.</summary>
    public void Inject(byte[] message) => Enqueue(message, network.Agenda.Now);

    /// <summary>The writer closed: what is on its way still arrives, or not.</summary>
    public void End(bool abruptly)
    {
        IsEnding = true;
        if (abruptly)
        {
            Clear();
        }

        Pump();
    }

    public void Clear()
    {
        _messages.Clear();
        Bytes = 0;
    }

    /// <summary>Moves on, if something can move.</summary>
    public void Pump()
    {
        if (_planned || Reader is null || path.IsBlocked || !network.CanReceive(path.To) || (_messages.Count == 0 && !IsEnding))
        {
            return;
        }

        _planned = true;
        network.Agenda.At(_messages.First is { } first ? first.Value.Ready : network.Agenda.Now + path.Delay, Deliver);
    }

    private void Enqueue(byte[] message, TimeSpan now)
    {
        TimeSpan transmission = path.BytesPerSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)message.Length / path.BytesPerSecond);
        _lastReady = (_lastReady > now ? _lastReady : now) + transmission;
        TimeSpan ready = _lastReady + path.Delay;
        _messages.AddLast((message, ready));
        Bytes += message.Length;
        Pump();
    }

    private void Overtake()
    {
        if (_messages is { Count: > 1, Last: { } last })
        {
            _messages.RemoveLast();
            _messages.AddFirst(last);
        }
    }

    private void Deliver()
    {
        _planned = false;
        if (Reader is null || path.IsBlocked || !network.CanReceive(path.To))
        {
            return;
        }

        if (_messages.First is { } first)
        {
            if (first.Value.Ready <= network.Agenda.Now)
            {
                _messages.RemoveFirst();
                Bytes -= first.Value.Message.Length;
                network.Arrive(Reader, first.Value.Message);
            }
        }
        else if (IsEnding)
        {
            SimulatedLink reader = Reader;
            Reader = null;
            network.Ended(reader, "the peer closed the connection");
            return;
        }

        Pump();
    }
}
