using Muster.Model;

namespace Muster.Catalog;

/// <summary>The state of one entry as a peer told it.</summary>
internal sealed class Fact
{
    internal required FactKind Kind { get; init; }

    internal required EntryVersion Version { get; init; }

    internal required string Node { get; init; }

    /// <summary>The instance's id; empty for a node.</summary>
    internal byte[] Id { get; set; } = [];

    internal string Service { get; set; } = "";

    internal byte[] Packed { get; set; } = [];

    internal uint RegisteredSeconds { get; set; }

    internal Tenure Tenure { get; set; }

    /// <summary>Of an instance or a node: its checks, whose indexes and leases are still to come.</summary>
    internal List<FactCheck> Checks { get; } = [];

    internal NodeDefinition? Definition { get; set; }

    internal Tombstone? Tombstone { get; set; }

    /// <summary>The highest clock in it.</summary>
    internal long HighestClock { get; set; }
}
