namespace Muster.Client.Balancing;

/// <summary>How instances that appear while the process runs are brought up to their share of calls.</summary>
public sealed class SlowStartOptions
{
    /// <summary>How long a new instance takes to its full share. Default 0, which turns slow start off; up to 1 h.</summary>
    public TimeSpan Window { get; set; }

    /// <summary>The part of its share that a new instance begins with. Default 0.1, 0.01 to 1.</summary>
    public double InitialShare { get; set; } = 0.1;

    internal void Validate(string prefix, ICollection<string> errors)
    {
        OptionRules.Range(errors, prefix + nameof(Window), Window, TimeSpan.Zero, TimeSpan.FromHours(1));
        OptionRules.Range(errors, prefix + nameof(InitialShare), InitialShare, 0.01, 1);
    }
}
