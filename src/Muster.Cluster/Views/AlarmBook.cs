using System.Collections.Immutable;

namespace Muster.Cluster;

/// <summary>The alarms that stand. Each is there once, however often it is raised.</summary>
internal sealed class AlarmBook(TimeProvider time, ClusterStatistics statistics)
{
    private const int Most = 256;

    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Raises an alarm; true when it did not stand before.</summary>
    internal bool Raise(string kind, string peer, string detail, TimeSpan now)
    {
        string key = $"{kind} {peer}";
        bool isNew = !_entries.TryGetValue(key, out Entry entry);
        if (isNew && _entries.Count >= Most)
        {
            return false;
        }

        DateTimeOffset since = isNew ? time.GetUtcNow() : entry.Alarm.Since;
        _entries[key] = new Entry(new ClusterAlarm(kind, peer, detail, since), now);
        statistics.Alarms += isNew ? 1 : 0;
        return isNew;
    }

    /// <summary>Ends an alarm; true when it stood.</summary>
    internal bool Clear(string kind, string peer) => _entries.Remove($"{kind} {peer}");

    /// <summary>Ends what was not raised again for <paramref name="age"/>; true when there was such.</summary>
    internal bool ClearOlder(TimeSpan now, TimeSpan age)
    {
        string[] old = [.. _entries.Where(pair => now - pair.Value.At > age).Select(pair => pair.Key)];
        foreach (string key in old)
        {
            _entries.Remove(key);
        }

        return old.Length > 0;
    }

    internal ImmutableArray<ClusterAlarm> ToView() => [.. _entries.Values.Select(entry => entry.Alarm)];

    private readonly record struct Entry(ClusterAlarm Alarm, TimeSpan At);
}
