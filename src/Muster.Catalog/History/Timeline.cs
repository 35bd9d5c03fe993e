namespace Muster.Catalog;

/// <summary>The last events of one service, oldest first; a ring that grows to its bound and then forgets the oldest.</summary>
internal sealed class Timeline(int capacity)
{
    private const int GrowBy = 4;

    private TimelineEvent[] _ring = [];
    private int _start, _count;

    internal void Add(in TimelineEvent entry)
    {
        lock (this)
        {
            if (_count == capacity)
            {
                _ring[_start] = entry;
                _start = (_start + 1) % capacity;
                return;
            }

            if (_count == _ring.Length)
            {
                // Until the bound is reached nothing was overwritten: the ring starts at 0 and can simply grow, a
                // little at a time: most services stay with a handful of events.
                Array.Resize(ref _ring, Math.Min(capacity, _ring.Length + GrowBy));
            }

            _ring[_count++] = entry;
        }
    }

    internal IReadOnlyList<TimelineEvent> ToList()
    {
        lock (this)
        {
            var events = new TimelineEvent[_count];
            for (int i = 0; i < _count; i++)
            {
                events[i] = _ring[(_start + i) % _ring.Length];
            }

            return events;
        }
    }
}
