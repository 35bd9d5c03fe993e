namespace Muster.Server.Hosting;

/// <summary>
/// Decides when the heap is worth compacting and nobody is there to notice the pause: the process did next to nothing in
/// the last interval, allocated a good deal since the last time, and will not have paused for more than a hundredth of
/// the time. A heap whose pause would be felt for a second is left alone.
/// </summary>
internal sealed class IdlenessJudge
{
    /// <summary>How often to ask.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A server without clients uses about a hundredth of a core, for its ticks.</summary>
    private static readonly TimeSpan IdleCpu = Interval * 0.05;

    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(10);
    private const int RestForPause = 100;
    private const long WorthBytes = 32L << 20;
    private const long LargestHeap = 384L << 20;

    private TimeSpan _cpu = TimeSpan.MaxValue;
    private TimeSpan _rest = ShortestRest;
    private long _allocated;

    /// <summary>Call once in each <see cref="Interval"/>.</summary>
    /// <param name="cpu">Processor time of the process so far.</param>
    /// <param name="allocated">Bytes allocated so far.</param>
    /// <param name="heap">Bytes of the heap now.</param>
    public bool ShouldCompact(TimeSpan cpu, long allocated, long heap)
    {
        bool isIdle = _cpu <= cpu && cpu - _cpu <= IdleCpu;
        _cpu = cpu;
        _rest -= Interval;
        if (!isIdle || _rest > TimeSpan.Zero || allocated - _allocated < WorthBytes || heap > LargestHeap)
        {
            return false;
        }

        _allocated = allocated;
        return true;
    }

    /// <summary>Call after compacting, with the time it took.</summary>
    public void Compacted(TimeSpan pause)
    {
        TimeSpan rest = pause * RestForPause;
        _rest = rest > ShortestRest ? rest : ShortestRest;

        // its own processor time is no traffic
        _cpu = TimeSpan.MaxValue;
    }
}
