namespace Muster.Client.Balancing;

/// <summary>How <c>consistent_hash</c> spreads keys.</summary>
public sealed class HashOptions
{
    /// <summary>
    /// How many times the average of calls under way an instance may have before its keys go to the next one. Default 1.25,
    /// 1.01 to 100. Smaller is more even, larger more sticky.
    /// </summary>
    public double LoadFactor { get; set; } = 1.25;

    /// <summary>
    /// Points on the ring for an instance of the greatest weight. Default 128, 16 to 1,024. More are more even, and cost
    /// 12 bytes each. All processes that should send a key to the same instance need the same number.
    /// </summary>
    public int PointsPerInstance { get; set; } = 128;

    internal void Validate(string prefix, ICollection<string> errors)
    {
        OptionRules.Range(errors, prefix + nameof(LoadFactor), LoadFactor, 1.01, 100);
        OptionRules.Range(errors, prefix + nameof(PointsPerInstance), PointsPerInstance, 16, 1_024);
    }
}
