using System.Diagnostics;

namespace Muster.FailureTests.Processes;

/// <summary>Waits for something that happens in another process.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(Func<Task<bool>> condition, TimeSpan within, Func<string> what)
    {
        long began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(began) > within)
            {
                throw new TimeoutException($"not within {within.TotalSeconds} s: {what()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }
}
