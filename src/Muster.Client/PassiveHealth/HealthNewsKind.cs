namespace Muster.Client.PassiveHealth;

/// <summary>What can change about a target.</summary>
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
}
