namespace Muster.Wire.Dns;

/// <summary>The record classes Muster knows.</summary>
public enum DnsClass : ushort
{
    /// <summary>The Internet.</summary>
    Internet = 1,

    /// <summary>Any class (question only).</summary>
    Any = 255,
}
