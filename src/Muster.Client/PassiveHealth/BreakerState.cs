namespace Muster.Client.PassiveHealth;

/// <summary>The three states of a target's circuit breaker.</summary>
internal enum BreakerState
{
    /// <summary>In use.</summary>
    Closed,

    /// <summary>Ejected: gets no calls until its time is over.</summary>
    Open,

    /// <summary>On trial: gets a few calls at a time, which decide.</summary>
    HalfOpen,
}
