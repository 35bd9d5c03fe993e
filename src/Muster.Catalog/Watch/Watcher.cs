namespace Muster.Catalog;

/// <summary>Somebody who waits for one change. A watcher is woken at most once for each time it was added to a <see cref="WatchPoint"/>.</summary>
public abstract class Watcher
{
    internal Watcher? Next, Previous;
    internal WatchPoint? Point;

    /// <summary>Something changed: read again. Called outside every lock; must be quick and must not throw.</summary>
    protected abstract void OnChanged();

    internal void Wake() => OnChanged();
}
