namespace Muster.Catalog;

/// <summary>Who reports on a check.</summary>
public enum ReportKind
{
    /// <summary>The instance itself; only TTL checks take it.</summary>
    Ttl,

    /// <summary>A probe of this server; thresholds apply.</summary>
    Probe,

    /// <summary>Somebody outside who keeps the check; taken as it is.</summary>
    External,
}
