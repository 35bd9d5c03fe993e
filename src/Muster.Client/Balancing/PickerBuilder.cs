using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Muster.Client.Balancing.Policies;

namespace Muster.Client.Balancing;

/// <summary>
/// Makes pickers: asks which targets are usable, weighs them, divides them by nearness, chooses the subset, and lets the
/// policy make a picker for each tier. Called under the balancer's lock.
/// </summary>
internal sealed partial class PickerBuilder
{
    private const int Tiers = 3;

    private readonly BalancerSettings _settings;
    private readonly SlowStart _slowStart;
    private readonly ZonePlan _zones;
    private readonly Subset _subset;
    private readonly PickRandom _random;
    private readonly PickSequence[] _sequences;
    private readonly TargetPicker?[] _previous = new TargetPicker?[Tiers];

    public PickerBuilder(BalancerSettings settings)
    {
        _settings = settings;
        _slowStart = new SlowStart(settings.Options.SlowStart, settings.Time);
        _zones = new ZonePlan(settings.Options.Zone, settings.Zone, settings.Region);
        _subset = new Subset(settings.Options.Subset.Size, Subset.PositionOf(settings.ClientId, settings.ClientOrdinal));
        _random = new PickRandom(settings.Random);
        _sequences = [.. Enumerable.Range(0, Tiers).Select(_ => new PickSequence(settings.Random))];
    }

    /// <summary>How long weights stay as they are while <see cref="AnyRamping"/>.</summary>
    public TimeSpan RampStep => _slowStart.Step;

    /// <summary>True if the last build found a target in slow start.</summary>
    public bool AnyRamping { get; private set; }

    /// <summary>Makes what picks read of all targets of the present view.</summary>
    public PickerSnapshot Build(Target[] targets)
    {
        ImmutableArray<WeightedTarget> usable = Weigh(Usable(targets));
        ImmutableArray<Tier> tiers = TiersOf(targets, usable);
        TargetPicker picker = PickerOf(tiers);
        Target[] nearestFirst = [.. tiers.SelectMany(tier => tier.Targets).Concat(usable).Select(target => target.Target).Distinct()];
        _settings.Metrics?.Built();
        return new PickerSnapshot(
            _settings.Availability.HasTrials ? new TrialPicker(_settings.Availability, picker) : picker,
            nearestFirst,
            tiers.Any(tier => !tier.IsPreferred));
    }

    private ImmutableArray<Tier> TiersOf(Target[] targets, ImmutableArray<WeightedTarget> usable) =>
        usable.IsEmpty
            ? []
            : [.. _zones.Divide(targets, usable).Select(tier => tier with { Targets = _subset.Choose(tier.Targets, tier.Share) })];

    private Target[] Usable(Target[] targets)
    {
        var marks = new bool[targets.Length];
        _settings.Availability.Judge(targets, marks);
        Target[] usable = [.. targets.Where((_, i) => marks[i])];
        Target[] weighty = [.. usable.Where(target => target.Instance.Weight > 0)];
        return weighty.Length > 0 ? weighty : usable;
    }

    private ImmutableArray<WeightedTarget> Weigh(Target[] targets)
    {
        long now = _settings.Time.GetTimestamp();
        AnyRamping = targets.Any(target => _slowStart.IsRamping(target, now));
        return [.. targets.Select(target => new WeightedTarget(target, WeightOf(target.Instance) * _slowStart.Share(target, now)))];
    }

    /// <summary>A target of weight 0 is here only when all are.</summary>
    private int WeightOf(ServiceInstance instance) => _settings.Policy.UsesWeights ? Math.Max(1, instance.Weight) : 1;

    private TargetPicker PickerOf(ImmutableArray<Tier> tiers)
    {
        if (tiers is [] or [{ Targets.Length: 1 }])
        {
            return new SinglePicker(tiers is [var tier] ? tier.Targets[0].Target : null);
        }

        TargetPicker[] pickers = [.. tiers.Select((tier, i) => CreatePicker(tier.Targets, i))];
        return pickers is [var only] ? only : new SpillPicker([.. tiers.Select(tier => tier.Share)], pickers, _random);
    }

    private TargetPicker CreatePicker(ImmutableArray<WeightedTarget> targets, int tier)
    {
        var input = new PickerInput(targets, _settings.Options, _random, _sequences[tier]) { Previous = _previous[tier] };
        try
        {
            TargetPicker picker = _settings.Policy.CreatePicker(input);
            _previous[tier] = picker;
            return picker;
        }
        catch (Exception e)
        {
            // an application's own policy must not stop the list of instances from being followed
            LogPolicyFailed(_settings.Logger, _settings.Policy.Name, e);
            return new RandomPicker(input.PlainTargets(), _random);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The balancing policy {Policy} could not make a picker; targets are picked at random until it can")]
    private static partial void LogPolicyFailed(ILogger logger, string policy, Exception exception);
}
