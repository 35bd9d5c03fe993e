namespace Muster.Catalog;

/// <summary>Follows every transition, in order.</summary>
public interface ICatalogObserver
{
    /// <summary>Called under the catalog's lock: must be quick, must not throw and must not call the catalog's commands.</summary>
    void OnChange(in CatalogChange change);
}
