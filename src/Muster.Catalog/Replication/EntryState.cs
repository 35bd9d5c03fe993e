using Muster.Model;

namespace Muster.Catalog;

/// <summary>What decides between two states of one entry, but for the statuses of its checks.</summary>
/// <param name="Version">The version of the registration or the removal.</param>
/// <param name="Tenure">Who is responsible; none for what is gone and for nodes.</param>
internal readonly record struct EntryState(EntryVersion Version, Tenure Tenure = default);
