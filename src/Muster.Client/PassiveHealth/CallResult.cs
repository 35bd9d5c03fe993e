namespace Muster.Client.PassiveHealth;

/// <summary>How a call to a target ended.</summary>
public enum CallResult
{
    /// <summary>It was answered, whatever the answer means to the caller.</summary>
    Success,

    /// <summary>The target answered that it failed (a 5xx status, an unavailable gRPC status).</summary>
    ServerError,

    /// <summary>No answer in the caller's time.</summary>
    Timeout,

    /// <summary>The connection broke, before or during the answer.</summary>
    ConnectionFailed,

    /// <summary>Nobody listens on the target's port: the instance is gone.</summary>
    ConnectionRefused,

    /// <summary>The caller gave up for reasons of its own; says nothing about the target.</summary>
    Abandoned,
}
