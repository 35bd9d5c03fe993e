namespace Muster.Client.Registration;

/// <summary>Where a registration stands.</summary>
public enum RegistrationState
{
    /// <summary>The registry has not acknowledged it yet.</summary>
    Pending,

    /// <summary>The registry has it, and its lease runs.</summary>
    Registered,

    /// <summary>It was registered, but no renewal was acknowledged for the length of the lease; it is tried on.</summary>
    Lost,

    /// <summary>The registry refuses it as it is; it is tried again once a lease.</summary>
    Refused,

    /// <summary>A younger process has registered the same instance; this one has stopped trying.</summary>
    Superseded,

    /// <summary>It was deregistered, or the registrar stopped.</summary>
    Ended,
}
