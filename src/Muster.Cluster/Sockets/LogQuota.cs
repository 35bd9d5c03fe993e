namespace Muster.Cluster.Sockets;

/// <summary>Lets a few lines a minute into the log: how often a stranger is refused is up to the stranger.</summary>
internal sealed class LogQuota(TimeProvider time)
{
    /// <summary>The most lines of a minute.</summary>
    public const int Most = 20;

    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _begin = time.GetTimestamp();
    private int _written;
    private int _withheld;

    /// <summary>Whether one more line may be written; and what to add to it, when others were not since the last one.</summary>
    public bool TryTake(out string more)
    {
        more = "";
        lock (_gate)
        {
            if (time.GetElapsedTime(_begin) >= s_period)
            {
                (_begin, _written) = (time.GetTimestamp(), 0);
            }

            if (_written == Most)
            {
                _withheld++;
                return false;
            }

            _written++;
            more = _withheld > 0 ? $" ({_withheld} more since the last such line)" : "";
            _withheld = 0;
            return true;
        }
    }
}
