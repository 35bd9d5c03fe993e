namespace Muster.Catalog;

/// <summary>Where transitions are made durable.</summary>
public interface IChangeLog
{
    /// <summary>Takes a transition. Called under the catalog's lock, in order: must only copy, never wait. Returns its sequence.</summary>
    long Append(in CatalogChange change);

    /// <summary>Completes once everything up to <paramref name="sequence"/> is on disk: true; false when the log is degraded and it may not be.</summary>
    ValueTask<bool> WaitDurableAsync(long sequence);
}
