using System.Globalization;
using Muster.Client.Tests.Streaming;

namespace Muster.Client.Tests.Directory;

/// <summary>
/// Servers of one cluster, each of which has heard a part of what was written, always from the beginning. The port of an instance
/// tells when it was written: a higher one is newer.
/// </summary>
internal sealed class LaggingCluster(Random random, int servers)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);
    private readonly List<SortedDictionary<string, Form>> _states = [new(StringComparer.Ordinal)];
    private readonly List<string?> _removals = [null];
    private readonly int[] _heard = new int[servers];

    public int Servers => servers;

    /// <summary>What is so, in the end, at all servers.</summary>
    public string Current => ListOf(_states[^1]);

    /// <summary>The instances that a server lists, and their ports.</summary>
    public IEnumerable<(string Id, int Port)> ListedBy(int server) => _states[_heard[server]].Select(pair => (pair.Key, pair.Value.Port));

    /// <summary>Somebody registers an instance, anew or in another form, or deregisters it.</summary>
    public void Write()
    {
        int step = _states.Count;
        var next = new SortedDictionary<string, Form>(_states[^1], StringComparer.Ordinal);
        var id = ((char)('a' + random.Next(5))).ToString();
        string? removal = null;
        if (next.TryGetValue(id, out Form present) && random.Next(3) == 0)
        {
            next.Remove(id);
            removal = Lines.Removal(id).Replace("2026-11-21T10:41:07Z", Time(step), StringComparison.Ordinal);
        }
        else
        {
            bool isSameLife = present.Port > 0 && random.Next(2) == 0;
            next[id] = new Form(step, isSameLife ? present.RegisteredAt : step);
        }

        _states.Add(next);
        _removals.Add(removal);
    }

    /// <summary>A server hears more of what was written; returns the lines that those who watch it get.</summary>
    public string[] Hear(int server)
    {
        int before = _heard[server];
        _heard[server] = before + random.Next(_states.Count - before);
        return Step(server, before);
    }

    /// <summary>Everything reaches everybody.</summary>
    public void HearAll() => Array.Fill(_heard, _states.Count - 1);

    /// <summary>What a server says to who comes without a cursor of it.</summary>
    public string List(int server)
    {
        int heard = _heard[server];
        return Lines.Snapshot(heard, [.. _states[heard].Select(Json)], [.. _removals.Take(heard + 1).OfType<string>().Reverse()]);
    }

    private string[] Step(int server, int before)
    {
        int index = _heard[server];
        SortedDictionary<string, Form> former = _states[before];
        SortedDictionary<string, Form> present = _states[index];
        Func<bool, string>[] changes =
        [
            .. former.Keys.Where(id => !present.ContainsKey(id)).Select(id => (Func<bool, string>)(isLast => Lines.Removed(index, id, isLast: isLast))),
            .. present.Where(pair => !former.TryGetValue(pair.Key, out Form was) || was != pair.Value)
                .Select(pair => (Func<bool, string>)(isLast => Lines.Changed(index, Json(pair), isLast))),
        ];
        return [.. changes.Select((change, i) => change(i == changes.Length - 1))];
    }

    private static string ListOf(SortedDictionary<string, Form> state) => string.Join(' ', state.Select(pair => $"{pair.Key}:{pair.Value.Port}"));

    private static string Json(KeyValuePair<string, Form> pair) =>
        Lines.Instance(pair.Key, pair.Value.Port, more: $",\"registeredAt\":\"{Time(pair.Value.RegisteredAt)}\",\"version\":{1_763_720_000_000_000 + pair.Value.Port}");

    private static string Time(int step) => Start.AddSeconds(step).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>An instance as it was written, by the steps at which it was, and at which its life began.</summary>
    private readonly record struct Form(int Port, int RegisteredAt);
}
