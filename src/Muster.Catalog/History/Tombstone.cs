using Muster.Model;

namespace Muster.Catalog;

/// <summary>The trace of an instance or a node that was removed: any older state that still arrives loses against it.</summary>
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

    /// <summary>
    /// Of an expiry: the registration that expired, and in whose tenure. It says nothing about a later registration, nor about what
    /// somebody else was responsible for by then. None for other removals, and when an earlier release wrote it.
    /// </summary>
    internal EntryState Ended { get; init; }

    /// <summary>What decides between this and another state of the entry.</summary>
    internal EntryState State => Ended.Version.Clock > 0 ? Ended with { Expiry = Version } : new EntryState(Version);

    /// <summary>Of a node: the address it had last, which its remaining instances go on showing.</summary>
    public string Address { get; init; } = "";
}
