using System.Net;

namespace Muster.Client.Http;

/// <summary>When a failed HTTP request is sent to another instance, before the caller hears of the failure.</summary>
public sealed class RetryOptions
{
    /// <summary>
    /// The most further instances tried for one request. Default 2, 0 (never) to 9. After a refused connection another one is tried
    /// anyway, up to ten in all.
    /// </summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>Which requests are tried again when the first instance may have acted on them. Default idempotent ones.</summary>
    public RetriedMethods Methods { get; set; } = RetriedMethods.Idempotent;

    /// <summary>Answers that count as "not me": tried again as a failure would be. Default true for 503, the only one.</summary>
    public bool OnServiceUnavailable { get; set; } = true;

    /// <summary>Retries may be this share of the service's requests. Default 0.2, 0 to 1.</summary>
    public double BudgetRatio { get; set; } = 0.2;

    /// <summary>So many retries a second are allowed besides, for services with few requests. Default 10, 0 to 10,000.</summary>
    public int BudgetPerSecond { get; set; } = 10;

    /// <summary>
    /// A caller that gives up after waiting this long for the answer's headers counts as a time-out of the instance; one that
    /// gives up sooner says nothing of it. Default 2 s, 1 ms to 1 h.
    /// </summary>
    public TimeSpan TimeoutAfter { get; set; } = TimeSpan.FromSeconds(2);

    internal void Validate(string prefix, ICollection<string> errors)
    {
        OptionRules.Range(errors, prefix + nameof(MaxRetries), MaxRetries, 0, 9);
        OptionRules.Range(errors, prefix + nameof(BudgetRatio), BudgetRatio, 0, 1);
        OptionRules.Range(errors, prefix + nameof(BudgetPerSecond), BudgetPerSecond, 0, 10_000);
        OptionRules.Range(errors, prefix + nameof(TimeoutAfter), TimeoutAfter, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
        if (!Enum.IsDefined(Methods))
        {
            errors.Add($"{prefix}{nameof(Methods)}: must be None, Safe or Idempotent, got {Methods}");
        }
    }

    internal bool IsRetried(HttpStatusCode status) => OnServiceUnavailable && status == HttpStatusCode.ServiceUnavailable;
}
