using Muster.Model;

namespace Muster.Catalog;

/// <summary>The trace of an instance or a node that was removed: any older version that still arrives loses against it.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="InstanceId">The instance's id; empty for the node itself.</param>
/// <param name="Version">The version of the removal.</param>
/// <param name="Epoch">The instance's epoch, 0 for none: a registration with a lower one comes too late.</param>
public sealed record Tombstone(string Node, string InstanceId, EntryVersion Version, long Epoch = 0)
{
    /// <summary>Why it was removed, for programs.</summary>
    public RemovalKind Kind { get; init; }

    /// <summary>Why it was removed, for people.</summary>
    public string Cause { get; init; } = "";

    /// <summary>Of a node: the address it had last, which its remaining instances go on showing.</summary>
    public string Address { get; init; } = "";
}
