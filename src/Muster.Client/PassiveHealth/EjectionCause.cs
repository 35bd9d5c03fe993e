namespace Muster.Client.PassiveHealth;

/// <summary>Why a target was ejected.</summary>
internal enum EjectionCause
{
    /// <summary>It failed too many times in a row.</summary>
    ConsecutiveFailures,

    /// <summary>Too large a share of its calls failed.</summary>
    FailureRatio,

    /// <summary>Its calls succeed far less often than those of its peers.</summary>
    SuccessRate,

    /// <summary>Nobody listens on its port.</summary>
    ConnectionRefused,

    /// <summary>It failed a trial call.</summary>
    TrialFailed,
}
