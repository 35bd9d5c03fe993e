namespace Muster.Catalog;

/// <summary>One thing that happened to a service, with its cause in plain words.</summary>
public readonly struct TimelineEvent
{
    // Kept small, for there is at least one per instance: the kind shares a word with the time (in milliseconds since 1970).
    private const int KindBits = 3;

    private readonly long _timeAndKind;
    private readonly Instance _instance;

    internal TimelineEvent(TimelineKind kind, Instance instance, DateTimeOffset time, long index, string cause)
    {
        _timeAndKind = (time.ToUnixTimeMilliseconds() << KindBits) | (long)kind;
        _instance = instance;
        Index = index;
        Cause = cause;
    }

    /// <summary>What it is about.</summary>
    public TimelineKind Kind => (TimelineKind)(_timeAndKind & ((1 << KindBits) - 1));

    /// <summary>When, by the server's wall clock.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(_timeAndKind >> KindBits);

    /// <summary>The index the change produced.</summary>
    public long Index { get; }

    /// <summary>Why, such as <c>expired: last heartbeat 31.2 s ago, TTL 30 s</c>.</summary>
    public string Cause { get; }

    /// <summary>Whose id it is (allocates).</summary>
    public string InstanceId => _instance.Data.IdText;
}
