using System.Collections.Concurrent;
using System.Diagnostics;
using Muster.FailureTests.Processes;

namespace Muster.FailureTests.Cluster.Harness;

/// <summary>
/// How long this machine keeps somebody waiting who only wants to run for a moment, because of others who run: so much is
/// nobody's fault in what is measured meanwhile. Fifty times a second a piece of work of fixed size is done and timed.
/// </summary>
internal sealed class StallClock : IAsyncDisposable
{
    private const int Work = 100_000;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<(long At, double Milliseconds)> _waits = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public StallClock() => _loop = Task.Run(RunAsync);

    /// <summary>How much longer than undisturbed it took between two moments.</summary>
    public Quantiles Between(long from, long to) =>
        Quantiles.Of(_waits.Where(wait => wait.At >= from && wait.At <= to).Select(wait => wait.Milliseconds));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        uint sum = 1;
        double undisturbed = double.MaxValue;
        using var timer = new PeriodicTimer(s_interval);
        try
        {
            while (true)
            {
                long due = Stopwatch.GetTimestamp() + (long)(s_interval.TotalSeconds * Stopwatch.Frequency);
                await timer.WaitForNextTickAsync(_stop.Token);
                long began = Stopwatch.GetTimestamp();
                for (int i = 0; i < Work; i++)
                {
                    sum = (sum * 1664525) + 1013904223;
                }

                double took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                undisturbed = sum == 0 ? undisturbed : Math.Min(undisturbed, took); // whose sum is used is done
                double late = Math.Max(0, (began - due) * 1000.0 / Stopwatch.Frequency);
                _waits.Enqueue((began, late + took - undisturbed));
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }
}
