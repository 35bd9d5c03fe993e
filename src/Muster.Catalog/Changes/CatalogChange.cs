using Muster.Model;

namespace Muster.Catalog;

/// <summary>One transition of the catalog, as observers and the journal see it. Renewals are not transitions.</summary>
public readonly record struct CatalogChange
{
    /// <summary>What happened.</summary>
    public required ChangeKind Kind { get; init; }

    /// <summary>The version of the change.</summary>
    public required EntryVersion Version { get; init; }

    /// <summary>The index of the change on this server.</summary>
    public required long Index { get; init; }

    /// <summary>The node after the change; for a removed node its last state. Set for node changes.</summary>
    public Node? Node { get; init; }

    /// <summary>The node before the change, null when it is new. Set for node changes.</summary>
    public Node? NodeBefore { get; init; }

    /// <summary>The instance before the change, null when it is new.</summary>
    public Instance? Before { get; init; }

    /// <summary>The instance after the change, null when it is gone.</summary>
    public Instance? After { get; init; }

    /// <summary>The check whose status changed, in its new state.</summary>
    public Check? Check { get; init; }

    /// <summary>Why an instance is gone. Set when one was removed.</summary>
    public Removal? Removal { get; init; }

    /// <summary>True when an instance is only forgotten here, without a trace.</summary>
    internal bool IsDiscard { get; init; }

    internal RunHistory? Runs { get; init; }

    /// <summary>What is remembered of an instance that was removed, also of one that was never here.</summary>
    internal Tombstone? Tombstone { get; init; }
}
