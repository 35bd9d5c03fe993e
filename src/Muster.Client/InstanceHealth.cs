namespace Muster.Client;

/// <summary>What the registry's checks say of an instance.</summary>
public enum InstanceHealth
{
    /// <summary>All checks pass.</summary>
    Passing,

    /// <summary>A check warns; the instance may be used, with its smaller weight.</summary>
    Warning,

    /// <summary>A check is critical; the instance is used only when too few others are left.</summary>
    Critical,
}
