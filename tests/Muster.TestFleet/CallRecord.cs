namespace Muster.TestFleet;

/// <summary>Travels with a request through its attempts, which come one after the other.</summary>
internal sealed class CallRecord(CallerCounts counts)
{
    public static readonly HttpRequestOptionsKey<CallRecord> Key = new("Muster.TestFleet.CallRecord");

    public CallerCounts Counts { get; } = counts;

    public int FailedAttempts { get; set; }
}
