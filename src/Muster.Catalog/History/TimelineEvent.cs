using System.Text;
using Muster.Model;

namespace Muster.Catalog;

/// <summary>One thing that happened to a service, with its cause in plain words.</summary>
public readonly struct TimelineEvent
{
    internal TimelineEvent(TimelineKind kind, InstanceData instance, DateTimeOffset time, long index, string cause)
    {
        Kind = kind;
        Instance = instance;
        UnixMilliseconds = time.ToUnixTimeMilliseconds();
        Index = index;
        Cause = cause;
    }

    /// <summary>What it is about.</summary>
    public TimelineKind Kind { get; }

    /// <summary>When, by the server's wall clock.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(UnixMilliseconds);

    /// <summary>The index the change produced.</summary>
    public long Index { get; }

    /// <summary>Why, such as <c>expired: last heartbeat 31.2 s ago, TTL 30 s</c>.</summary>
    public string Cause { get; }

    /// <summary>Whose id it is (allocates).</summary>
    public string InstanceId => Encoding.UTF8.GetString(Instance.Id);

    internal InstanceData Instance { get; }

    private long UnixMilliseconds { get; }
}
