namespace Muster.Client.Balancing;

/// <summary>Whether calls stay in the caller's zone, and when they leave it.</summary>
public sealed class ZoneOptions
{
    /// <summary>Prefer instances of the own zone, then of the own region. Default true; without a known zone or region nothing is preferred.</summary>
    public bool Prefer { get; set; } = true;

    /// <summary>
    /// How much more than a fair share an instance of the own zone may get before calls spill over to other zones.
    /// Default 1.4, 1 to 100. A fair share is what it would get if all callers used all instances alike.
    /// </summary>
    public double LoadFactor { get; set; } = 1.4;

    internal void Validate(string prefix, ICollection<string> errors) => OptionRules.Range(errors, prefix + nameof(LoadFactor), LoadFactor, 1, 100);
}
