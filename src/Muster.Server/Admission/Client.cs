namespace Muster.Server.Admission;

/// <summary>What one client uses. Connections are counted by its <see cref="ClientTable"/>, the rest here without a lock.</summary>
internal sealed class Client
{
    private readonly Action _endWait;
    private RequestAllowance _requests;
    private int _waits;

    public Client(ClientKey key)
    {
        Key = key;
        _endWait = () => Interlocked.Decrement(ref _waits);
    }

    public ClientKey Key { get; }

    /// <summary>Open connections; under the table's lock.</summary>
    public int Connections { get; set; }

    /// <summary>True while it is in the table's queue of clients that left; under the table's lock.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Blocked queries and watches now.</summary>
    public int Waits => Volatile.Read(ref _waits);

    /// <summary>Counts one more wait, until what it returns is called; null when that would be more than <paramref name="most"/>.</summary>
    public Action? TryWait(int most)
    {
        if (Interlocked.Increment(ref _waits) <= most)
        {
            return _endWait;
        }

        Interlocked.Decrement(ref _waits);
        return null;
    }

    /// <inheritdoc cref="RequestAllowance.TryTake"/>
    public bool TryRequest(long now, long cost, int burst, out long wait) => _requests.TryTake(now, cost, burst, out wait);

    /// <summary>True when forgetting the client gives it nothing.</summary>
    public bool IsForgettable(long now) => Connections == 0 && _requests.IsWhole(now);
}
