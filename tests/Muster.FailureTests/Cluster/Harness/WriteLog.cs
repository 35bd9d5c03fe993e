using System.Collections.Concurrent;

namespace Muster.FailureTests.Cluster.Harness;

/// <summary>What servers have acknowledged, to be compared with what they have afterwards.</summary>
internal sealed class WriteLog
{
    private const int Unknown = -1, Removed = 0;

    private readonly ConcurrentDictionary<string, int> _ports = new();
    private int _acknowledged;

    /// <summary>How many writes were acknowledged.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>A registration with this port was acknowledged.</summary>
    public void Registered(string id, int port) => Add(id, port);

    /// <summary>A deregistration was acknowledged.</summary>
    public void Deregistered(string id) => Add(id, Removed);

    /// <summary>A write was sent and not answered: nobody knows.</summary>
    public void Unanswered(string id) => _ports[id] = Unknown;

    /// <summary>What a server lacks, and what it has that it should not have.</summary>
    /// <param name="found">What <see cref="ClusterUnderTest.ListAsync"/> gave.</param>
    public Difference Compare(IReadOnlyDictionary<string, string> found)
    {
        var difference = new Difference([], [], []);
        foreach ((string id, int port) in _ports)
        {
            bool isThere = found.TryGetValue(id, out string? instance);
            if (port == Removed && isThere)
            {
                difference.Resurrected.Add(id);
            }
            else if (port > 0 && !isThere)
            {
                difference.Lost.Add(id);
            }
            else if (port > 0 && !instance!.Contains($":{port} ", StringComparison.Ordinal))
            {
                difference.Older.Add($"{id} ({instance}, not {port})");
            }
        }

        return difference;
    }

    private void Add(string id, int port)
    {
        _ports[id] = port;
        Interlocked.Increment(ref _acknowledged);
    }

    /// <summary>Acknowledged registrations that are missing, removals that are undone, and states that a newer write had replaced.</summary>
    internal sealed record Difference(List<string> Lost, List<string> Resurrected, List<string> Older)
    {
        public void AssertNone(string where)
        {
            Assert.True(Lost.Count == 0, $"{where} lost {Lost.Count}: {string.Join(' ', Lost.Take(10))}");
            Assert.True(Resurrected.Count == 0, $"{where} resurrected {Resurrected.Count}: {string.Join(' ', Resurrected.Take(10))}");
            Assert.True(Older.Count == 0, $"{where} has {Older.Count} older ones: {string.Join(' ', Older.Take(10))}");
        }
    }
}
