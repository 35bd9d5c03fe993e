using System.Collections.Concurrent;

namespace Muster.TestFleet;

/// <summary>What one caller counts in a round.</summary>
internal sealed class CallerCounts
{
    private long _calls;
    private long _skipped;
    private long _attempts;
    private long _failedAttempts;
    private long _refusedAttempts;
    private long _failedLookups;
    private long _mostFailedAttemptsOfACall;

    public long Calls => _calls;

    public long Skipped => _skipped;

    public long Attempts => _attempts;

    public long FailedAttempts => _failedAttempts;

    public long RefusedAttempts => _refusedAttempts;

    public long FailedLookups => _failedLookups;

    public long MostFailedAttemptsOfACall => _mostFailedAttemptsOfACall;

    public ConcurrentDictionary<string, long> Failures { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, long> AnsweredBy { get; } = new(StringComparer.Ordinal);

    public void AddCall() => Interlocked.Increment(ref _calls);

    public void AddSkipped() => Interlocked.Increment(ref _skipped);

    public void AddAttempt() => Interlocked.Increment(ref _attempts);

    public void AddFailedAttempt() => Interlocked.Increment(ref _failedAttempts);

    public void AddRefusedAttempt() => Interlocked.Increment(ref _refusedAttempts);

    public void AddFailedLookup() => Interlocked.Increment(ref _failedLookups);

    public void AddAnswer(string by) => AnsweredBy.AddOrUpdate(by, 1, static (_, count) => count + 1);

    public void AddFailure(string kind) => Failures.AddOrUpdate(kind, 1, static (_, count) => count + 1);

    public void AddFailedAttemptsOfACall(int count)
    {
        for (long most = _mostFailedAttemptsOfACall; count > most;)
        {
            long seen = Interlocked.CompareExchange(ref _mostFailedAttemptsOfACall, count, most);
            if (seen == most)
            {
                return;
            }

            most = seen;
        }
    }
}
