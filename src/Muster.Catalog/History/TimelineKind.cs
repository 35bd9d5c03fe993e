namespace Muster.Catalog;

/// <summary>What an event in a service's timeline is about.</summary>
public enum TimelineKind : byte
{
    /// <summary>An instance appeared.</summary>
    Registered,

    /// <summary>An instance's definition, node or set of checks changed.</summary>
    Changed,

    /// <summary>The health of an instance changed.</summary>
    Health,

    /// <summary>Somebody removed an instance.</summary>
    Deregistered,

    /// <summary>Muster removed an instance by itself.</summary>
    Expired,
}
