namespace Muster.Protocols.Consul.Blocking;

/// <summary>
/// All queries that wait, so that the end of their time and the server's stop can end them: links inside the queries,
/// one registration for all, and one timer for all that end within the same twentieth of a second.
/// </summary>
internal sealed class WaitingQueries
{
    /// <summary>Waits are rounded up to this; clients are told to expect up to a sixteenth more anyway.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly Dictionary<long, QueryGroup> _groups = [];
    private readonly TimeProvider _time;
    private readonly long _started;
    private bool _ended;

    public WaitingQueries(TimeProvider time, CancellationToken stopping)
    {
        _time = time;
        _started = time.GetTimestamp();
        stopping.UnsafeRegister(static queries => ((WaitingQueries)queries!).EndAll(), this);
    }

    /// <summary>Adds a query, and ends it after <paramref name="wait"/>; one that comes after the stop is ended at once.</summary>
    public void Add(BlockedQuery query, TimeSpan wait)
    {
        lock (_gate)
        {
            if (!_ended)
            {
                GroupEndingAfter(wait).Add(query);
                return;
            }
        }

        query.End();
    }

    /// <summary>Takes a query out that was added.</summary>
    public void Remove(BlockedQuery query)
    {
        lock (_gate)
        {
            if (query.Group is { } group && group.Remove(query) && _groups.Remove(group.Moment))
            {
                group.Timer?.Dispose();
            }
        }
    }

    private QueryGroup GroupEndingAfter(TimeSpan wait)
    {
        TimeSpan now = _time.GetElapsedTime(_started);
        long moment = ((now + wait).Ticks + Grain.Ticks - 1) / Grain.Ticks;
        if (!_groups.TryGetValue(moment, out QueryGroup? group))
        {
            group = new QueryGroup(moment);
            _groups.Add(moment, group);
            TimeSpan due = (Grain * moment) - now;
            group.Timer = _time.CreateTimer(
                static state => ((Action)state!)(), () => EndAll(group), due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        return group;
    }

    private void EndAll(QueryGroup group)
    {
        lock (_gate)
        {
            group.EndAll();
        }
    }

    private void EndAll()
    {
        lock (_gate)
        {
            _ended = true;
            foreach (QueryGroup group in _groups.Values)
            {
                group.EndAll();
            }
        }
    }
}
