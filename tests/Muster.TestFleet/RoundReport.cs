namespace Muster.TestFleet;

/// <summary>What the callers of this process saw since the last report.</summary>
internal sealed record RoundReport(
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
