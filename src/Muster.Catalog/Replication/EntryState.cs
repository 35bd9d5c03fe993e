using Muster.Model;

namespace Muster.Catalog;

/// <summary>What decides between two states of one entry, but for the statuses of its checks: each level counts when those before it are equal.</summary>
/// <param name="Version">The version of the registration, also of one that expired; of a removal that somebody asked for, its own.</param>
/// <param name="Tenure">Who is responsible, or was when it expired; none for other removals and for nodes.</param>
/// <param name="Expiry">The version of the expiry, none for what is there: what expired is gone, unless it was somebody else's by then.</param>
internal readonly record struct EntryState(EntryVersion Version, Tenure Tenure = default, EntryVersion Expiry = default)
{
    internal static EntryState Of(Instance instance) => new(instance.Version, instance.Tenure);
}
