using Muster.Client;

namespace Muster.TestFleet;

/// <summary>What all callers counted between two reports.</summary>
internal sealed class Round(int callers)
{
    private readonly CallerCounts[] _counts = [.. Enumerable.Range(0, callers).Select(_ => new CallerCounts())];
    private int _underWay;

    public LatencyHistogram Lookups { get; } = new();

    public LatencyHistogram Calls { get; } = new();

    public int UnderWay => Volatile.Read(ref _underWay);

    public CallerCounts Of(Caller caller) => _counts[caller.Number];

    public void Enter() => Interlocked.Increment(ref _underWay);

    public void Leave() => Interlocked.Decrement(ref _underWay);

    public RoundReport ReportOf(double seconds, Caller caller, int ejected, int mostEjected, IReadOnlyDictionary<string, double> metrics)
    {
        (ServiceView view, Freshness freshness) = caller.Read();
        return new RoundReport(
            seconds,
            _counts.Sum(counts => counts.Calls),
            _counts.Sum(counts => counts.Skipped),
            Sum(_counts.Select(counts => counts.Failures)),
            _counts.Sum(counts => counts.Attempts),
            _counts.Sum(counts => counts.FailedAttempts),
            _counts.Max(counts => counts.FailedAttempts),
            _counts.Max(counts => counts.RefusedAttempts),
            _counts.Max(counts => counts.MostFailedAttemptsOfACall),
            Lookups.Count,
            _counts.Sum(counts => counts.FailedLookups),
            Lookups.Read(),
            Calls.Read(),
            Sum(_counts.Select(counts => counts.AnsweredBy)),
            view.Instances.Length,
            ejected,
            mostEjected,
            freshness.IsStale,
            freshness.Age.TotalSeconds,
            freshness.Reason,
            view.Source.ToString(),
            metrics);
    }

    private static SortedDictionary<string, long> Sum(IEnumerable<IReadOnlyDictionary<string, long>> parts)
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach ((string key, long count) in parts.SelectMany(part => part))
        {
            sums[key] = sums.GetValueOrDefault(key) + count;
        }

        return sums;
    }
}
