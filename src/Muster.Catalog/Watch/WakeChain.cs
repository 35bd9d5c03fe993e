namespace Muster.Catalog;

/// <summary>Watchers that were taken off their watch points and are yet to be woken. Owned by one thread at a time.</summary>
public sealed class WakeChain
{
    private Watcher? _head, _tail;

    /// <summary>How many watchers are left.</summary>
    public int Count { get; private set; }

    /// <summary>Wakes up to <paramref name="most"/> watchers; true while some are left.</summary>
    public bool WakeSome(int most)
    {
        for (int i = 0; i < most && _head is not null; i++)
        {
            Watcher watcher = _head;
            _head = watcher.Next;
            watcher.Next = null;
            Count--;
            watcher.Wake();
        }

        return _head is not null;
    }

    internal void Append(Watcher head, Watcher tail, int count)
    {
        if (_tail is null)
        {
            _head = head;
        }
        else
        {
            _tail.Next = head;
        }

        _tail = tail;
        Count += count;
    }
}
