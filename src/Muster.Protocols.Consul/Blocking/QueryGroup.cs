namespace Muster.Protocols.Consul.Blocking;

/// <summary>The queries whose time ends at the same moment. Under the lock of <see cref="WaitingQueries"/>.</summary>
internal sealed class QueryGroup(long moment)
{
    private BlockedQuery? _first;

    /// <summary>When, in grains since the start.</summary>
    public long Moment => moment;

    /// <summary>Fires at that moment.</summary>
    public ITimer? Timer { get; set; }

    public void Add(BlockedQuery query)
    {
        query.Group = this;
        query.NextWaiting = _first;
        if (_first is not null)
        {
            _first.PreviousWaiting = query;
        }

        _first = query;
    }

    /// <summary>True when nobody is left.</summary>
    public bool Remove(BlockedQuery query)
    {
        if (query.PreviousWaiting is not null)
        {
            query.PreviousWaiting.NextWaiting = query.NextWaiting;
        }
        else
        {
            _first = query.NextWaiting;
        }

        if (query.NextWaiting is not null)
        {
            query.NextWaiting.PreviousWaiting = query.PreviousWaiting;
        }

        query.NextWaiting = query.PreviousWaiting = null;
        query.Group = null;
        return _first is null;
    }

    public void EndAll()
    {
        // ending only queues what follows, so nothing is removed while this walks
        for (BlockedQuery? query = _first; query is not null; query = query.NextWaiting)
        {
            query.End();
        }
    }
}
