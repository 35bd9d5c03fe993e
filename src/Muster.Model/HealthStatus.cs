namespace Muster.Model;

/// <summary>The health of a check, an instance or a node. Values are ordered: the worst of several is the greatest.</summary>
public enum HealthStatus : byte
{
    /// <summary>Fit for traffic.</summary>
    Passing = 0,

    /// <summary>Fit for traffic, but something deserves attention.</summary>
    Warning = 1,

    /// <summary>Not fit for traffic. Maintenance counts as critical.</summary>
    Critical = 2,
}
