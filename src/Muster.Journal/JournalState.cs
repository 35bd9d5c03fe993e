namespace Muster.Journal;

/// <summary>Whether what is appended becomes durable.</summary>
public enum JournalState
{
    /// <summary>Records become durable.</summary>
    Healthy,

    /// <summary>Storage failed or could not keep up: records are dropped until a new snapshot is durable.</summary>
    Degraded,
}
