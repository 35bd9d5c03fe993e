namespace Muster.Protocols.Consul.Metrics;

/// <summary>
/// How long the requests of one path and method took: in the present interval of ten seconds, in the one before, and
/// since the start. An observation is a short lock of its own and allocates nothing.
/// </summary>
internal sealed class RouteTiming
{
    /// <summary>The length of an interval, as in Consul.</summary>
    public const int IntervalSeconds = 10;

    private readonly Lock _gate = new();
    private TimingFigures _current;
    private TimingFigures _finished;
    private TimingFigures _total;
    private long _interval;

    /// <summary>Number of the interval that a timestamp lies in.</summary>
    public static long IntervalOf(TimeProvider time, long timestamp) => timestamp / (time.TimestampFrequency * IntervalSeconds);

    /// <summary>Adds a request that began at <paramref name="began"/> and ends now.</summary>
    public void Observe(TimeProvider time, long began)
    {
        long now = time.GetTimestamp();
        double milliseconds = time.GetElapsedTime(began, now).TotalMilliseconds;
        lock (_gate)
        {
            Turn(IntervalOf(time, now));
            _current = _current.With(milliseconds);
            _total = _total.With(milliseconds);
        }
    }

    /// <summary>The present interval, or the finished one before it.</summary>
    public TimingFigures Read(long interval, bool finished)
    {
        lock (_gate)
        {
            Turn(interval);
            return finished ? _finished : _current;
        }
    }

    /// <summary>Everything since the start.</summary>
    public TimingFigures Total
    {
        get
        {
            lock (_gate)
            {
                return _total;
            }
        }
    }

    private void Turn(long interval)
    {
        if (interval > _interval)
        {
            _finished = interval == _interval + 1 ? _current : default;
            _current = default;
            _interval = interval;
        }
    }
}
