namespace Muster.Bench.Verification;

/// <summary>What a change does to a service.</summary>
internal enum ServiceChange
{
    /// <summary>Registers the first instance anew with another generation.</summary>
    Register,

    /// <summary>Turns the last instance critical.</summary>
    Fail,

    /// <summary>Turns the last instance passing again.</summary>
    Pass,
}
