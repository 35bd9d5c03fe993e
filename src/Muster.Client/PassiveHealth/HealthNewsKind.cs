namespace Muster.Client.PassiveHealth;

/// <summary>What can change about a target, or about its service.</summary>
internal enum HealthNewsKind
{
    /// <summary>It is left out for a while.</summary>
    Ejected,

    /// <summary>It would be, but too many are already.</summary>
    Prevented,

    /// <summary>It gets trial calls.</summary>
    OnTrial,

    /// <summary>It is in use again.</summary>
    Returned,

    /// <summary>Too few of the service's instances are healthy: all are used.</summary>
    PanicBegan,

    /// <summary>Enough are healthy again.</summary>
    PanicEnded,
}
