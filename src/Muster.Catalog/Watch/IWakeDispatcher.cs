namespace Muster.Catalog;

/// <summary>Wakes watchers away from the writer: the catalog hands over a chain once its lock is released.</summary>
public interface IWakeDispatcher
{
    /// <summary>Takes over <paramref name="chain"/> and wakes everybody on it, soon.</summary>
    void Dispatch(WakeChain chain);
}
