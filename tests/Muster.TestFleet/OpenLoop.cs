using System.Diagnostics;

namespace Muster.TestFleet;

/// <summary>Begins calls at a fixed rate, whether those before have ended or not, and keeps what came of them.</summary>
/// <remarks>Sequential callers have one call under way at most: what would be a second one is skipped, and counted.</remarks>
internal sealed class OpenLoop(IReadOnlyList<Caller> callers, double callsPerSecond, bool sequential, ClientMetricsReader metrics)
{
    /// <summary>Beyond this many calls under way a call is skipped and counted: the machine cannot do more.</summary>
    private const int MostUnderWay = 1000;

    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(1), s_lookAtMetrics = TimeSpan.FromMilliseconds(50);

    private long _roundBegan = Stopwatch.GetTimestamp();
    private volatile Round _round = new(callers.Count);
    private int _underWay;
    private int _mostEjected;

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(s_step);
        long began = Stopwatch.GetTimestamp(), begun = 0;
        long lastLook = began;
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                long due = (long)(Stopwatch.GetElapsedTime(began).TotalSeconds * callsPerSecond);
                for (; begun < due; begun++)
                {
                    long dueAt = began + (long)(begun / callsPerSecond * Stopwatch.Frequency);
                    Begin(callers[(int)(begun % callers.Count)], _round, dueAt);
                }

                if (Stopwatch.GetElapsedTime(lastLook) >= s_lookAtMetrics)
                {
                    lastLook = Stopwatch.GetTimestamp();
                    _mostEjected = Math.Max(_mostEjected, metrics.ReadMostEjected());
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // stopped
        }

        SpinWait.SpinUntil(() => Volatile.Read(ref _underWay) == 0, TimeSpan.FromSeconds(10));
    }

    /// <summary>Ends the round. Calls that are under way count in the round in which they began, if it is read late enough.</summary>
    public RoundReport TakeReport()
    {
        Round round = Interlocked.Exchange(ref _round, new Round(callers.Count));
        SpinWait.SpinUntil(() => round.UnderWay == 0, TimeSpan.FromSeconds(6));
        double seconds = Stopwatch.GetElapsedTime(_roundBegan).TotalSeconds;
        _roundBegan = Stopwatch.GetTimestamp();
        int mostEjected = Interlocked.Exchange(ref _mostEjected, 0);
        return round.ReportOf(seconds, callers[0], metrics.ReadMostEjected(), mostEjected, metrics.Read());
    }

    private void Begin(Caller caller, Round round, long dueAt)
    {
        CallerCounts counts = round.Of(caller);
        if (_underWay >= MostUnderWay || (sequential && caller.UnderWay > 0))
        {
            counts.AddSkipped();
            return;
        }

        _ = CallAsync(caller, round, counts, dueAt);
    }

    private async Task CallAsync(Caller caller, Round round, CallerCounts counts, long dueAt)
    {
        Interlocked.Increment(ref _underWay);
        caller.Enter();
        round.Enter();
        caller.LookUp(counts, round.Lookups);
        await caller.CallAsync(counts);
        round.Calls.Record(dueAt, Stopwatch.GetTimestamp());
        round.Leave();
        caller.Leave();
        Interlocked.Decrement(ref _underWay);
    }
}
