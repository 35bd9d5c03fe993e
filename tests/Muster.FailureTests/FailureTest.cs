using System.Globalization;
using Muster.FailureTests.Processes;

namespace Muster.FailureTests;

/// <summary>What the tests of the failure questions share: how long and how hard they run.</summary>
/// <remarks>
/// <c>./test.sh</c> runs them short, <c>eng/nightly.py</c> with MUSTER_FAILURE_SECONDS=60 for the length of an outage.
/// </remarks>
public abstract class FailureTest(ITestOutputHelper output)
{
    /// <summary>The service that is called.</summary>
    protected const string Service = "payments";

    /// <summary>How long an outage lasts.</summary>
    protected static TimeSpan Outage { get; } = TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable("MUSTER_FAILURE_SECONDS") ?? "8", CultureInfo.InvariantCulture));

    /// <summary>The figures of this test.</summary>
    private protected Figures FiguresOf(string question) => new(question, output);

    /// <summary>What must hold of every round in which no instance died.</summary>
    private protected static void AssertNothingFailed(CallerReport round)
    {
        Assert.Empty(round.Failures);
        Assert.Equal(0, round.FailedLookups);
        Assert.InRange(round.Calls, 1, long.MaxValue);
    }

    private protected static async Task DisposeAsync(IEnumerable<IAsyncDisposable> processes)
    {
        foreach (IAsyncDisposable process in processes)
        {
            await process.DisposeAsync();
        }
    }
}
