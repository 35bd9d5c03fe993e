namespace Muster.Checks.Scheduling;

/// <summary>
/// Decides when checks run for the first time: soon, because until then nobody knows better than the status they were
/// registered with, but never so many at once that it is felt.
/// </summary>
/// <remarks>
/// Checks are lined up at a fixed distance. When the line is longer than a check's interval, that check goes to some
/// place within its interval instead, as it would have without a line. Those places come from the golden-ratio
/// sequence, which is even for any number of checks, where random numbers would clump.
/// </remarks>
internal sealed class FirstRuns(Random random)
{
    /// <summary>250 first runs a second.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(4);

    /// <summary>The first in line waits up to this long: a service is often registered a moment before it listens.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(250);

    private const double GoldenRatio = 0.618_033_988_749_894_9;

    private double _place = random.NextDouble();
    private TimeSpan _endOfLine = TimeSpan.MinValue;

    /// <summary>When a check should first run, and whether that was sooner than its place within the interval.</summary>
    public (TimeSpan Due, bool IsEarly) Next(TimeSpan now, TimeSpan interval)
    {
        TimeSpan due = now + (MaxDelay * NextPlace());
        if (_endOfLine >= due)
        {
            due = _endOfLine + Spacing;
        }

        if (due > now + interval)
        {
            return (now + (interval * NextPlace()), false);
        }

        _endOfLine = due;
        return (due, true);
    }

    /// <summary>A place between 0 and 1.</summary>
    public double NextPlace()
    {
        _place += GoldenRatio;
        _place -= Math.Floor(_place);
        return _place;
    }
}
