namespace Muster.Protocols.Consul.Blocking;

/// <summary>
/// All queries that wait, so that the server's stop can end them: links inside the queries and one registration for all,
/// instead of one for each.
/// </summary>
internal sealed class WaitingQueries
{
    private readonly Lock _gate = new();
    private BlockedQuery? _first;
    private bool _ended;

    public WaitingQueries(CancellationToken stopping) =>
        stopping.UnsafeRegister(static queries => ((WaitingQueries)queries!).EndAll(), this);

    /// <summary>Adds a query; one that comes after the stop is ended at once.</summary>
    public void Add(BlockedQuery query)
    {
        lock (_gate)
        {
            if (!_ended)
            {
                query.NextWaiting = _first;
                if (_first is not null)
                {
                    _first.PreviousWaiting = query;
                }

                _first = query;
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
            if (query.PreviousWaiting is not null)
            {
                query.PreviousWaiting.NextWaiting = query.NextWaiting;
            }
            else if (_first == query)
            {
                _first = query.NextWaiting;
            }

            if (query.NextWaiting is not null)
            {
                query.NextWaiting.PreviousWaiting = query.PreviousWaiting;
            }

            query.NextWaiting = query.PreviousWaiting = null;
        }
    }

    private void EndAll()
    {
        lock (_gate)
        {
            _ended = true;

            // ending only queues what follows, so nothing is removed while this walks
            for (BlockedQuery? query = _first; query is not null; query = query.NextWaiting)
            {
                query.End();
            }
        }
    }
}
