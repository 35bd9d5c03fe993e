namespace Muster.Bench.Load;

/// <summary>Many connections, each of which waits for one service to change.</summary>
internal sealed class Watchers : IDisposable
{
    private readonly HttpConnection[] _connections;
    private readonly Func<int, string> _questionOf;

    /// <summary>Watchers of one service's passing instances.</summary>
    public Watchers(int port, int count, string path)
        : this(port, count, _ => path + "?passing")
    {
    }

    /// <summary>Watchers that ask for different things; a question has a query string already.</summary>
    public Watchers(int port, int count, Func<int, string> questionOf)
    {
        _questionOf = questionOf;
        _connections = new HttpConnection[count];
        for (var i = 0; i < count; i++)
        {
            _connections[i] = HttpConnection.Open(port, bufferSize: 4096);
        }
    }

    public int Count => _connections.Length;

    /// <summary>Sends every watcher's question; none may be answered before the next change.</summary>
    public void Park(long index) => Park(_ => index);

    /// <summary>As the other one, with an index for each watcher.</summary>
    public void Park(Func<int, long> indexOf)
    {
        for (var i = 0; i < _connections.Length; i++)
        {
            _connections[i].Send(HttpConnection.Request("GET", $"{_questionOf(i)}&index={indexOf(i)}&wait=5m"));
        }
    }

    public void EnsureAllParked()
    {
        var answered = _connections.Count(connection => connection.HasBytes);
        if (answered > 0)
        {
            throw new BenchException($"{answered} of {_connections.Length} watchers were answered before anything changed");
        }
    }

    /// <summary>
    /// Reads all answers, one connection after the other: when the last is read, every one has arrived. Returns
    /// how many are not 200 or lack <paramref name="expected"/>.
    /// </summary>
    public int ReceiveAll(ReadOnlySpan<byte> expected)
    {
        var wrong = 0;
        foreach (var connection in _connections)
        {
            var answer = connection.Receive();
            if (answer.Status != 200 || answer.Body.IndexOf(expected) < 0)
            {
                wrong++;
            }
        }

        return wrong;
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection?.Dispose();
        }
    }
}
