namespace Muster.Catalog;

/// <summary>What a <see cref="CatalogChange"/> did.</summary>
public enum ChangeKind : byte
{
    /// <summary>A node appeared, or its definition or its own checks changed.</summary>
    Node = 1,

    /// <summary>A node was removed; its instances were removed before it.</summary>
    NodeRemoved = 2,

    /// <summary>An instance appeared, or its definition or its set of checks changed.</summary>
    Instance = 3,

    /// <summary>An instance was removed, or it expired.</summary>
    InstanceRemoved = 4,

    /// <summary>One check of an instance took another status.</summary>
    CheckStatus = 5,

    /// <summary>A run of the server began. For the journal only, observers never see it.</summary>
    Run = 6,
}
