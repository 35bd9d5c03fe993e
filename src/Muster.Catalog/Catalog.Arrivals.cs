namespace Muster.Catalog;

// Arrivals: a client that registered through one server may act through another before that one has been told.
public sealed partial class Catalog
{
    /// <summary>Longer than a change takes to the other servers, short enough to be no wait for an id that nobody has.</summary>
    private static readonly TimeSpan ArrivalPatience = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Waits for something that may be on its way from another server, for at most a quarter of a second. False when it did
    /// not come, and at once where there are no other servers.
    /// </summary>
    /// <param name="point">What moves when it comes.</param>
    /// <param name="isHere">Looks for it.</param>
    public ValueTask<bool> ArrivesAsync(WatchPoint point, Func<bool> isHere) =>
        Options.Replicated ? AwaitArrivalAsync(point, isHere) : ValueTask.FromResult(false);

    private async ValueTask<bool> AwaitArrivalAsync(WatchPoint point, Func<bool> isHere)
    {
        long began = _time.GetTimestamp();
        while (true)
        {
            long seen = point.Index; // first: what comes after this look moves it
            if (isHere())
            {
                return true;
            }

            TimeSpan left = ArrivalPatience - _time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            var arrival = new ArrivalWatcher();
            if (point.TryAdd(arrival, seen))
            {
                await using ITimer timer = _time.CreateTimer(static state => ((ArrivalWatcher)state!).End(), arrival, left, Timeout.InfiniteTimeSpan);
                await arrival.Ended;
                point.Remove(arrival);
            }
        }
    }

    private sealed class ArrivalWatcher : Watcher
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public void End() => _ended.TrySetResult();

        protected override void OnChanged() => End();
    }
}
