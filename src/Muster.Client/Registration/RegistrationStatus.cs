namespace Muster.Client.Registration;

/// <summary>A registration's state as data.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="LastRenewal">When the registry last acknowledged it, by this process's clock; null before the first time.</param>
/// <param name="LeaseLeft">How long the lease lasts without another renewal; zero when it has run out or never began.</param>
/// <param name="Failures">Attempts that failed since the last one that succeeded.</param>
/// <param name="Error">What went wrong at the last attempt; null when it succeeded.</param>
public readonly record struct RegistrationStatus(
    RegistrationState State, DateTimeOffset? LastRenewal, TimeSpan LeaseLeft, int Failures, string? Error);
