namespace Muster.Catalog;

/// <summary>A change that is decided and will be told to the log, the observers and the timeline once it is published.</summary>
/// <param name="Change">The change.</param>
/// <param name="Service">The service whose timeline gets it.</param>
/// <param name="Kind">What it is for the timeline.</param>
/// <param name="Cause">Why, for the timeline; empty when it gets nothing.</param>
/// <param name="IsVisible">Whether readers can see it.</param>
/// <param name="IsLocal">Whether it was decided here, so that peers have to learn of it.</param>
internal readonly record struct PendingChange(
    CatalogChange Change, ServiceEntry Service, TimelineKind Kind, string Cause, bool IsVisible, bool IsLocal);
