namespace Muster.Catalog;

/// <summary>Hears what changed here and peers do not know yet.</summary>
public interface IReplicationSink
{
    /// <summary>
    /// An entry changed on this server; what came from a peer is not told. Called under the catalog's lock: must be quick,
    /// must not throw and must not call the catalog.
    /// </summary>
    void OnLocalChange(ulong key);
}
