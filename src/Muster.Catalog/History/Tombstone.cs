using Muster.Model;

namespace Muster.Catalog;

/// <summary>The trace of a deregistered instance: any older version that still arrives loses against it.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="InstanceId">The instance's id.</param>
/// <param name="Version">The version of the deregistration.</param>
/// <param name="Epoch">The instance's epoch, 0 for none: a registration with a lower one comes too late.</param>
public readonly record struct Tombstone(string Node, string InstanceId, EntryVersion Version, long Epoch = 0);
