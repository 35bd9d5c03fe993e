namespace Muster.Catalog.Tests;

internal sealed class CountingWatcher : Watcher
{
    public int Wakes { get; private set; }

    protected override void OnChanged() => Wakes++;
}
