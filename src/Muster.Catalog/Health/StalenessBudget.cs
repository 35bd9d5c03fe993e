using Muster.Model;

namespace Muster.Catalog;

/// <summary>
/// How long an instance that has died can still be in answers as healthy: a number the server computes and explains.
/// Each way of noticing (a TTL, a lease, a probe) is a sum of terms; the instance's budget is the shortest of them.
/// </summary>
public sealed record StalenessBudget
{
    /// <summary>From a change in the catalog to the reply to a blocked query; a goal that the benchmark measures.</summary>
    private const double WakeSeconds = 0.05;

    /// <summary>How it is noticed: <c>lease</c>, <c>ttl</c>, <c>probe</c>, or <c>none</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The terms, in the order in which time passes.</summary>
    public required IReadOnlyList<StalenessTerm> Terms { get; init; }

    /// <summary>The sum, null when nothing watches the instance and it stays until somebody removes it.</summary>
    public required double? TotalSeconds { get; init; }

    internal static StalenessBudget Of(Instance instance, CatalogOptions options, int expiryBacklog)
    {
        StalenessBudget? best = null;
        if (instance.Data.LeaseMilliseconds > 0)
        {
            best = Sum("lease", [
                new("lease", instance.Data.LeaseMilliseconds / 1000.0, "the server-side lease, from the last renewal"),
                .. ExpiryTerms(options, expiryBacklog)]);
        }

        foreach (Check check in instance.Checks)
        {
            best = Shorter(best, OfCheck(check.Definition, options, expiryBacklog));
        }

        return best ?? new StalenessBudget { Kind = "none", Terms = [], TotalSeconds = null };
    }

    private static StalenessBudget? OfCheck(CheckDefinition check, CatalogOptions options, int expiryBacklog)
    {
        switch (check.Kind)
        {
            case CheckKind.Ttl:
                return Sum("ttl", [
                    new("ttl", check.Ttl.TotalSeconds, "the check's TTL, from the last heartbeat"),
                    .. ExpiryTerms(options, expiryBacklog)]);
            // an alias has no time of its own: what it repeats is in the other instance's budget
            default:
                return check.Kind.IsProbe() ? OfProbe(check) : null;
        }
    }

    /// <summary>
    /// The pause runs from the end of one probe to the start of the next, so when the target hangs every failure costs
    /// a timeout, not only the last one.
    /// </summary>
    private static StalenessBudget OfProbe(CheckDefinition check)
    {
        int failures = Math.Max(1, check.FailuresBeforeCritical);
        double timeout = (check.Timeout > TimeSpan.Zero ? check.Timeout : check.Kind.DefaultTimeout()).TotalSeconds;
        var terms = new List<StalenessTerm>
        {
            new("interval", check.Interval.TotalSeconds * failures, $"the probe's interval, times {failures} failure(s) in a row"),
            new("timeout", timeout, "the probe's timeout, when the last one hangs"),
        };
        if (failures > 1)
        {
            terms.Add(new("earlier_timeouts", timeout * (failures - 1), "the timeouts of the failures before the last, when they hang too"));
        }

        terms.Add(Wake());
        return Sum("probe", terms);
    }

    private static List<StalenessTerm> ExpiryTerms(CatalogOptions options, int expiryBacklog)
    {
        var terms = new List<StalenessTerm> { new("tick", options.Tick.TotalSeconds * 2, "the granularity of expiry: nothing ends early, at most two ticks late") };
        if (expiryBacklog > 0)
        {
            terms.Add(new("backlog", (double)expiryBacklog / options.ExpiriesPerSecond, "expiries that wait for the rate limit right now"));
        }

        terms.Add(Wake());
        return terms;
    }

    private static StalenessTerm Wake() => new("wake", WakeSeconds, "from the change to the reply to a blocked query");

    private static StalenessBudget Sum(string kind, List<StalenessTerm> terms) =>
        new() { Kind = kind, Terms = terms, TotalSeconds = terms.Sum(term => term.Seconds) };

    private static StalenessBudget? Shorter(StalenessBudget? left, StalenessBudget? right) =>
        left is null ? right : right is null ? left : left.TotalSeconds <= right.TotalSeconds ? left : right;
}
