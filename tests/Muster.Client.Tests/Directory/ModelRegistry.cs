using System.Globalization;
using Muster.Client.Tests.Streaming;

namespace Muster.Client.Tests.Directory;

/// <summary>
/// A registry of one service, as the documentation says it behaves: what it publishes, what a stream says from a cursor on,
/// and everything it ever published, to compare with.
/// </summary>
internal sealed class ModelRegistry(Random random)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);
    private readonly SortedDictionary<string, (int Port, DateTimeOffset RegisteredAt)> _instances = new(StringComparer.Ordinal);
    private readonly List<(int Index, string[] Lines)> _steps = [];
    private readonly List<string> _removals = [];
    private readonly Dictionary<string, List<string>> _lives = [];
    private int _life;
    private int _index;
    private int _clock;
    private int _nextPort = 1;

    /// <summary>Every list it ever published, as <see cref="ListOf"/> writes it.</summary>
    public HashSet<string> Lists { get; } = [""];

    /// <summary>Every instance it ever published.</summary>
    public HashSet<string> Instances { get; } = [];

    /// <summary>Every instance that left with evidence, in all forms it had since it last did.</summary>
    public HashSet<string> Explained { get; } = [];

    public string Current => string.Join(' ', _instances.Select(pair => $"{pair.Key}:{pair.Value.Port}"));

    public static string ListOf(ServiceView view) => string.Join(' ', view.Instances.Select(instance => $"{instance.Id}:{instance.Port}"));

    /// <summary>One step of changes: lines of which the last has the cursor.</summary>
    public string[] Change()
    {
        _index++;
        _clock++;
        int count = 1 + random.Next(3);
        var changes = new List<Func<bool, string>>();
        foreach (string id in Enumerable.Range(0, count).Select(_ => ((char)('a' + random.Next(5))).ToString()).Distinct())
        {
            if (_instances.ContainsKey(id) && random.Next(2) == 0)
            {
                changes.Add(Remove(id));
            }
            else
            {
                changes.Add(Set(id));
            }
        }

        string[] lines = [.. changes.Select((change, i) => change(i == changes.Count - 1).Replace("k3f9.", $"life{_life}.", StringComparison.Ordinal))];
        _steps.Add((_index, lines));
        Lists.Add(Current);
        return lines;
    }

    /// <summary>An empty list, with evidence of earlier lives of instances that are there.</summary>
    public string OldEvidence() => Lines.Snapshot(1000, [], [.. _removals.Where(removal => _instances.Keys.Any(id => removal.Contains($"\"id\":\"{id}\"", StringComparison.Ordinal)))]);

    /// <summary>It comes back with nothing, and knows nothing of before.</summary>
    public void LoseAll()
    {
        _life++;
        _index = random.Next(3);
        _instances.Clear();
        _steps.Clear();
        _removals.Clear();
        Lists.Add("");
    }

    /// <summary>What a new stream says before it goes on with changes.</summary>
    public string[] Answer(string? cursor)
    {
        string mark = $"life{_life}.";
        if (cursor?.StartsWith(mark, StringComparison.Ordinal) == true)
        {
            int seen = int.Parse(cursor[mark.Length..], CultureInfo.InvariantCulture);
            // of each instance the last that happened; none has a cursor: only the line after them has
            IEnumerable<string> missed = _steps.Where(step => step.Index > seen).SelectMany(step => step.Lines).Reverse().DistinctBy(IdOf).Reverse();
            return [.. missed.Select(WithoutCursor), Lines.Resumed(_index).Replace("k3f9.", mark, StringComparison.Ordinal)];
        }

        return [Lines.Snapshot(_index, [.. _instances.Select(Json)], [.. _removals]).Replace("k3f9.", mark, StringComparison.Ordinal)];
    }

    public string[] PollAnswer() => [Lines.Answer(_index, [.. _instances.Select(Json)])];

    private static string IdOf(string line)
    {
        const string Member = "\"id\":\"";
        int start = line.IndexOf(Member, StringComparison.Ordinal) + Member.Length;
        return line[start..line.IndexOf('"', start)];
    }

    private static string WithoutCursor(string line)
    {
        const string Member = "\"cursor\":\"";
        int start = line.IndexOf(Member, StringComparison.Ordinal);
        return start < 0 ? line : line.Remove(start, line.IndexOf('"', start + Member.Length) + 2 - start);
    }

    private Func<bool, string> Set(string id)
    {
        // an instance that stays keeps the time of its registration
        DateTimeOffset registeredAt = _instances.TryGetValue(id, out (int Port, DateTimeOffset RegisteredAt) before) ? before.RegisteredAt : Start.AddMinutes(_clock);
        _instances[id] = (_nextPort++, registeredAt);
        Instances.Add($"{id}:{_instances[id].Port}");
        if (!_lives.TryGetValue(id, out List<string>? life))
        {
            _lives[id] = life = [];
        }

        life.Add($"{id}:{_instances[id].Port}");
        string json = Json(new KeyValuePair<string, (int, DateTimeOffset)>(id, _instances[id]));
        int index = _index;
        return isLast => Lines.Changed(index, json, isLast);
    }

    private Func<bool, string> Remove(string id)
    {
        _instances.Remove(id);
        Explained.UnionWith(_lives[id]);
        _lives.Remove(id);
        _removals.Insert(0, Lines.Removal(id).Replace("2026-11-21T10:41:07Z", Time(Start.AddMinutes(_clock)), StringComparison.Ordinal));
        int index = _index;
        return isLast => Lines.Removed(index, id, isLast: isLast);
    }

    private static string Json(KeyValuePair<string, (int Port, DateTimeOffset RegisteredAt)> pair) =>
        Lines.Instance(pair.Key, pair.Value.Port, more: $",\"registeredAt\":\"{Time(pair.Value.RegisteredAt)}\"");

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
