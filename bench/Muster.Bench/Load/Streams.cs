namespace Muster.Bench.Load;

/// <summary>Many connections that follow the same things.</summary>
internal sealed class Streams : IDisposable
{
    private readonly StreamConnection[] _connections;

    /// <summary>Opens them and reads what each starts with.</summary>
    public Streams(int port, int count, string target, string startsWith, int times)
    {
        _connections = new StreamConnection[count];
        for (var i = 0; i < count; i++)
        {
            _connections[i] = new StreamConnection(port, target);
        }

        for (var i = 0; i < times; i++)
        {
            ReceiveAll(startsWith);
        }
    }

    public int Count => _connections.Length;

    public StreamConnection First => _connections[0];

    /// <summary>Reads from all, one after the other: when the last is read, every one has arrived.</summary>
    public void ReceiveAll(string text)
    {
        var expected = System.Text.Encoding.ASCII.GetBytes(text);
        foreach (var connection in _connections)
        {
            connection.ReceiveUntil(expected);
        }
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection?.Dispose();
        }
    }
}
