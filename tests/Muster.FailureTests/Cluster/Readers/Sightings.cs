using System.Diagnostics;

namespace Muster.FailureTests.Cluster.Readers;

/// <summary>What one reader saw of a service over time: when each address came into its answers, and when it left.</summary>
internal sealed class Sightings
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Event>> _events = [];
    private HashSet<string> _present = [];
    private long _last;

    /// <summary>How many answers there were.</summary>
    public int Answers { get; private set; }

    /// <summary>How many answers were empty, after the first that was not.</summary>
    public int Empty { get; private set; }

    /// <summary>How many questions got no answer.</summary>
    public int Failures { get; private set; }

    /// <summary>The shortest list, after the first that was not empty; many when there was none.</summary>
    public int Fewest { get; private set; } = int.MaxValue;

    /// <summary>The longest time between two answers.</summary>
    public TimeSpan LongestSilence { get; private set; }

    /// <summary>What the last answer said.</summary>
    public IReadOnlyCollection<string> Present
    {
        get
        {
            lock (_gate)
            {
                return _present;
            }
        }
    }

    /// <summary>An answer came.</summary>
    public void Saw(HashSet<string> addresses)
    {
        long now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            LongestSilence = _last == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(LongestSilence.Ticks, Stopwatch.GetElapsedTime(_last, now).Ticks));
            _last = now;
            Answers++;
            Note(addresses.Except(_present), now, isPresent: true);
            Note(_present.Except(addresses), now, isPresent: false);
            if (addresses.Count > 0 || Fewest < int.MaxValue)
            {
                Empty += addresses.Count == 0 ? 1 : 0;
                Fewest = Math.Min(Fewest, addresses.Count);
            }

            _present = addresses;
        }
    }

    /// <summary>A question got no answer.</summary>
    public void Failed()
    {
        lock (_gate)
        {
            Failures++;
        }
    }

    /// <summary>Forgets how few there were, how long it was silent and what failed: a new phase of a test begins.</summary>
    public void BeginPhase()
    {
        lock (_gate)
        {
            Failures = 0;
            Fewest = _present.Count;
            LongestSilence = TimeSpan.Zero;
        }
    }

    /// <summary>When an address was first in an answer after a moment, or null.</summary>
    public long? Came(string address, long after = 0) => Find(address, isPresent: true, after);

    /// <summary>When an address was first missing in an answer after a moment, or null.</summary>
    public long? Left(string address, long after = 0) => Find(address, isPresent: false, after);

    private long? Find(string address, bool isPresent, long after)
    {
        lock (_gate)
        {
            return _events.GetValueOrDefault(address)?.FirstOrDefault(happened => happened.IsPresent == isPresent && happened.At >= after)?.At;
        }
    }

    private void Note(IEnumerable<string> addresses, long at, bool isPresent)
    {
        foreach (string address in addresses)
        {
            if (!_events.TryGetValue(address, out List<Event>? events))
            {
                _events[address] = events = [];
            }

            events.Add(new Event(at, isPresent));
        }
    }

    private sealed record Event(long At, bool IsPresent);
}
