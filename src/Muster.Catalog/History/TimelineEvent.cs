namespace Muster.Catalog;

/// <summary>One thing that happened to a service, with its cause in plain words.</summary>
public readonly struct TimelineEvent
{
    // Kept small, for there is at least one per instance: the kind shares a word with the time (in milliseconds since 1970).
    private const int KindBits = 3;

    private readonly long _timeAndKind;
    private readonly object _subject; // an Instance or a Node

    internal TimelineEvent(TimelineKind kind, Instance instance, DateTimeOffset time, long index, string cause)
        : this(kind, (object)instance, time, index, cause)
    {
    }

    internal TimelineEvent(TimelineKind kind, Node node, DateTimeOffset time, long index, string cause)
        : this(kind, (object)node, time, index, cause)
    {
    }

    private TimelineEvent(TimelineKind kind, object subject, DateTimeOffset time, long index, string cause)
    {
        _timeAndKind = (time.ToUnixTimeMilliseconds() << KindBits) | (long)kind;
        _subject = subject;
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

    /// <summary>The id of the instance (allocates); empty when it is about a node, and so about all instances on it.</summary>
    public string InstanceId => _subject is Instance instance ? instance.Data.IdText : "";

    /// <summary>The name of the node it happened on.</summary>
    public string NodeName => _subject is Instance instance ? instance.Node.Name : ((Node)_subject).Name;

    /// <summary>Whether it happened to this instance, or to the node it lives on.</summary>
    public bool Concerns(Instance instance) => _subject is Node node
        ? ReferenceEquals(node.Entry, instance.Node.Entry)
        : InstanceId == instance.Data.IdText;
}
