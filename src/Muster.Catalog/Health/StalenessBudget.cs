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

    /// <summary>From a change on one server to the same on every other: the first is sent at once, more every 10 ms; a goal that is measured, too.</summary>
    private const double ReplicationSeconds = 0.1;

    /// <summary>Owners are looked after once a second, and at most 5,000 instances are taken over in one.</summary>
    private const double AdoptionSeconds = 1;

    /// <summary>How it is noticed: <c>lease</c>, <c>ttl</c>, <c>probe</c>, or <c>none</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The terms, in the order in which time passes.</summary>
    public required IReadOnlyList<StalenessTerm> Terms { get; init; }

    /// <summary>The sum, null when nothing watches the instance and it stays until somebody removes it.</summary>
    public required double? TotalSeconds { get; init; }

    /// <summary>
    /// On a cluster: what comes on top when the server that owns the instance dies with it. Another takes it over, and then
    /// waits as long again, for a lease is never ended by a server that had no chance to hear its renewals.
    /// </summary>
    public StalenessBudget? OwnerLoss { get; private init; }

    internal static StalenessBudget Of(Instance instance, CatalogOptions options, int expiryBacklog)
    {
        StalenessBudget? best = null, surviving = null;
        if (instance.Data.LeaseMilliseconds > 0)
        {
            best = Sum("lease", [
                new("lease", instance.Data.LeaseMilliseconds / 1000.0, "the server-side lease, from the last renewal"),
                .. ExpiryTerms(options, expiryBacklog)]);
            surviving = best;
        }

        foreach (Check check in instance.Checks)
        {
            StalenessBudget? own = OfCheck(check.Definition, options, expiryBacklog);
            best = Shorter(best, own);
            surviving = check.Definition.IsHostBound() ? surviving : Shorter(surviving, own);
        }

        best ??= new StalenessBudget { Kind = "none", Terms = [], TotalSeconds = null };
        return options.OwnerTimeout > TimeSpan.Zero && best.TotalSeconds is not null
            ? best with { OwnerLoss = OfOwnerLoss(surviving, options) }
            : best;
    }

    /// <summary>The terms after the first owner's: the others' patience, and what the next owner needs.</summary>
    private static StalenessBudget OfOwnerLoss(StalenessBudget? next, CatalogOptions options)
    {
        List<StalenessTerm> terms =
        [
            new("owner_timeout", options.OwnerTimeout.TotalSeconds, "how long the server that owns the instance may be silent before another takes it over"),
            new("adoption", AdoptionSeconds, "until it is taken over; with more than 5,000 instances a second for each further 5,000"),
        ];
        if (next is null)
        {
            terms.Add(new("no_other", 0, "only the lost server can run its checks: they keep their last status until it is back"));
            return new StalenessBudget { Kind = "none", Terms = terms, TotalSeconds = null };
        }

        terms.Add(new("again", next.Terms.Sum(term => term.Name is "wake" or "replication" ? 0 : term.Seconds), $"the next owner waits for the {next.Kind} from the beginning"));
        return Sum(next.Kind, terms);
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
                return check.Kind.IsProbe() ? OfProbe(check, options) : null;
        }
    }

    /// <summary>
    /// The pause runs from the end of one probe to the start of the next, so when the target hangs every failure costs
    /// a timeout, not only the last one.
    /// </summary>
    private static StalenessBudget OfProbe(CheckDefinition check, CatalogOptions options)
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

        AddSpreading(terms, options);
        return Sum("probe", terms);
    }

    private static List<StalenessTerm> ExpiryTerms(CatalogOptions options, int expiryBacklog)
    {
        var terms = new List<StalenessTerm> { new("tick", options.Tick.TotalSeconds * 2, "the granularity of expiry: nothing ends early, at most two ticks late") };
        if (expiryBacklog > 0)
        {
            terms.Add(new("backlog", (double)expiryBacklog / options.ExpiriesPerSecond, "expiries that wait for the rate limit right now"));
        }

        AddSpreading(terms, options);
        return terms;
    }

    private static void AddSpreading(List<StalenessTerm> terms, CatalogOptions options)
    {
        if (options.OwnerTimeout > TimeSpan.Zero)
        {
            terms.Add(new("replication", ReplicationSeconds, "from the server that notices to every other"));
        }

        terms.Add(new("wake", WakeSeconds, "from the change to the reply to a blocked query"));
    }

    private static StalenessBudget Sum(string kind, List<StalenessTerm> terms) =>
        new() { Kind = kind, Terms = terms, TotalSeconds = terms.Sum(term => term.Seconds) };

    private static StalenessBudget? Shorter(StalenessBudget? left, StalenessBudget? right) =>
        left is null ? right : right is null ? left : left.TotalSeconds <= right.TotalSeconds ? left : right;
}
