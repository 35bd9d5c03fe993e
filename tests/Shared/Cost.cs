using System.Diagnostics;

namespace Muster.Testing;

/// <summary>How long something takes by itself. What else the machine does makes a try longer and never shorter, so the shortest of a few counts.</summary>
internal static class Cost
{
    private const int Tries = 10;

    /// <summary>Fails when no try takes less than the limit. One that does is enough, so mostly there is one.</summary>
    public static void AssertBelow(TimeSpan limit, Action act)
    {
        TimeSpan least = TimeSpan.MaxValue;
        for (int tries = 0; tries < Tries && least >= limit; tries++)
        {
            long began = Stopwatch.GetTimestamp();
            act();
            TimeSpan took = Stopwatch.GetElapsedTime(began);
            least = took < least ? took : least;
        }

        Assert.True(least < limit, $"it takes {least}");
    }
}
