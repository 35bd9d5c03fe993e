namespace Muster.Client;

/// <summary>
/// When a list is believed that lacks instances without a word why. A deregistration or an expiry, with its cause, is
/// evidence and is always believed.
/// </summary>
public sealed class EvidenceOptions
{
    /// <summary>How many answers in a row must agree. Default 3, 1 to 100.</summary>
    public int Confirmations { get; set; } = 3;

    /// <summary>
    /// How much time must lie between the first and the last of them; also how long a server of a cluster is not believed where
    /// another one has told something newer. Default 1 min, 0 to 1 day.
    /// </summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The share of known instances that a list may lack without evidence and still be believed at once. An empty list never
    /// is. Default 0.5, 0 to 1.
    /// </summary>
    public double MaxUnexplainedLoss { get; set; } = 0.5;

    internal void Validate(string prefix, ICollection<string> errors)
    {
        OptionRules.Range(errors, prefix + nameof(Confirmations), Confirmations, 1, 100);
        OptionRules.Range(errors, prefix + nameof(Period), Period, TimeSpan.Zero, TimeSpan.FromDays(1));
        OptionRules.Range(errors, prefix + nameof(MaxUnexplainedLoss), MaxUnexplainedLoss, 0, 1);
    }
}
