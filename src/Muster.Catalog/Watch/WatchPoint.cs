namespace Muster.Catalog;

/// <summary>
/// A thing that can be waited for: its index, and the watchers to wake when the index grows. One per service, one per
/// node, and a few for the catalog as a whole.
/// </summary>
/// <remarks>
/// Readers read their snapshot first and then add a watcher with the index they saw. A watcher may be woken although
/// its reader already saw that very change; readers therefore compare indexes again and add themselves anew.
/// </remarks>
public sealed class WatchPoint
{
    private readonly Lock _gate = new();
    private long _index;
    private Watcher? _head;
    private int _count;
    private bool _closed;

    internal WatchPoint(long index) => _index = index;

    /// <summary>The index of the last change, as in <c>X-Consul-Index</c>. Never 0, never goes back.</summary>
    public long Index => Volatile.Read(ref _index);

    /// <summary>How many watchers wait here.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>
    /// Adds a watcher that has seen <paramref name="seenIndex"/>. False when there is something newer already (or the
    /// point is no longer in use): read again, from the catalog, instead of waiting.
    /// </summary>
    public bool TryAdd(Watcher watcher, long seenIndex)
    {
        lock (_gate)
        {
            if (_closed || _index > seenIndex)
            {
                return false;
            }

            watcher.Point = this;
            watcher.Previous = null;
            watcher.Next = _head;
            if (_head is not null)
            {
                _head.Previous = watcher;
            }

            _head = watcher;
            _count++;
            return true;
        }
    }

    /// <summary>Takes a watcher off. False when it was not here any more: it is being woken.</summary>
    public bool Remove(Watcher watcher)
    {
        lock (_gate)
        {
            if (watcher.Point != this)
            {
                return false;
            }

            if (watcher.Previous is null)
            {
                _head = watcher.Next;
            }
            else
            {
                watcher.Previous.Next = watcher.Next;
            }

            if (watcher.Next is not null)
            {
                watcher.Next.Previous = watcher.Previous;
            }

            watcher.Next = watcher.Previous = null;
            watcher.Point = null;
            _count--;
            return true;
        }
    }

    /// <summary>Sets the new index and moves all watchers to <paramref name="chain"/>. The writer calls it after the snapshot is in place.</summary>
    internal void Publish(long index, WakeChain chain)
    {
        lock (_gate)
        {
            Volatile.Write(ref _index, index);
            if (_head is null)
            {
                return;
            }

            Watcher tail = _head;
            for (Watcher? watcher = _head; watcher is not null; watcher = watcher.Next)
            {
                watcher.Point = null;
                watcher.Previous = null;
                tail = watcher;
            }

            chain.Append(_head, tail, _count);
            _head = null;
            _count = 0;
        }
    }

    /// <summary>Ends the use of a point that nobody waits on. False when somebody does.</summary>
    internal bool TryClose()
    {
        lock (_gate)
        {
            _closed = _count == 0;
            return _closed;
        }
    }
}
