namespace Muster.FailureTests.Processes;

/// <summary>What a caller process saw in a round; its own <c>RoundReport</c>, as it travels.</summary>
internal sealed record CallerReport(
    double Seconds,
    long Calls,
    long Skipped,
    IReadOnlyDictionary<string, long> Failures,
    long Attempts,
    long FailedAttempts,
    long MostFailedAttemptsOfACaller,
    long MostRefusedAttemptsOfACaller,
    long MostFailedAttemptsOfACall,
    long Lookups,
    long FailedLookups,
    Quantiles LookupMilliseconds,
    Quantiles CallMilliseconds,
    IReadOnlyDictionary<string, long> AnsweredBy,
    int Known,
    int Ejected,
    int MostEjected,
    bool Stale,
    double AgeSeconds,
    string? Reason,
    string Source,
    IReadOnlyDictionary<string, double> Metrics);
