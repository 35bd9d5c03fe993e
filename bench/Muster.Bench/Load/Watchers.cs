namespace Muster.Bench.Load;

/// <summary>Many connections that wait for one service to change.</summary>
internal sealed class Watchers : IDisposable
{
    private readonly HttpConnection[] _connections;
    private readonly string _path;

    public Watchers(int port, int count, string path)
    {
        _path = path;
        _connections = new HttpConnection[count];
        for (var i = 0; i < count; i++)
        {
            _connections[i] = HttpConnection.Open(port, bufferSize: 4096);
        }
    }

    /// <summary>Sends every watcher's question; none may be answered before the next change.</summary>
    public void Park(long index)
    {
        var request = HttpConnection.Request("GET", $"{_path}?passing&index={index}&wait=5m");
        foreach (var connection in _connections)
        {
            connection.Send(request);
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
