namespace Muster.Client.Registration;

/// <summary>What became of a write to the registry, as far as the registrar has to tell cases apart.</summary>
internal enum WriteResult
{
    /// <summary>Done, and acknowledged.</summary>
    Done,

    /// <summary>The registry does not have the instance: register again.</summary>
    UnknownInstance,

    /// <summary>A younger process holds the instance.</summary>
    StaleEpoch,

    /// <summary>The registry will not take it as it is; the same again will not help soon.</summary>
    Refused,

    /// <summary>No server gave an answer that can be believed; the same again may help.</summary>
    Unavailable,
}
