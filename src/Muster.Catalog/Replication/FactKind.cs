namespace Muster.Catalog;

/// <summary>What a fact is about. The numbers are on the wire.</summary>
internal enum FactKind : byte
{
    /// <summary>An instance.</summary>
    Instance = 1,

    /// <summary>A node.</summary>
    Node = 2,

    /// <summary>A removed instance.</summary>
    InstanceTombstone = 3,

    /// <summary>A removed node.</summary>
    NodeTombstone = 4,
}
