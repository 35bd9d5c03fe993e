namespace Muster.Testing;

/// <summary>Several threads that do the same at the same moment.</summary>
internal static class Crowd
{
    private const int Threads = 8;

    /// <summary>What each of them got.</summary>
    public static Task<T[]> AskAsync<T>(Func<T> ask)
    {
        var start = new Barrier(Threads);
        return Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return ask();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }
}
