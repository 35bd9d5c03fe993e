using Muster.Catalog;
using Muster.Model;

namespace Muster.Simulation;

/// <summary>What a client that was told that its calls worked may expect of an instance, by the run's own reckoning.</summary>
/// <param name="Definition">What was registered last.</param>
/// <param name="Epoch">The life that counts.</param>
/// <param name="Set">The state that somebody set, null for none.</param>
/// <param name="AwaitsResult">It registered as starting, and nothing has said otherwise yet.</param>
internal sealed record Expectation(InstanceDefinition Definition, long Epoch, InstanceState? Set, bool AwaitsResult)
{
    public InstanceState State => Set ?? (AwaitsResult ? InstanceState.Starting : InstanceState.Up);

    /// <summary>After a registration that worked; <paramref name="before"/> is null for a new one.</summary>
    public static Expectation After(Expectation? before, InstanceDefinition definition)
    {
        if (before is null)
        {
            return new Expectation(definition, definition.Epoch, null, definition.IsStarting);
        }

        bool isNewLife = definition.Epoch > before.Epoch;
        return new Expectation(
            definition,
            Math.Max(before.Epoch, definition.Epoch),
            isNewLife && before.Set == InstanceState.Draining ? null : before.Set,
            definition.IsStarting && (isNewLife || before.AwaitsResult || !before.Definition.IsStarting));
    }

    /// <summary>What a recovered instance is, which is compared elsewhere.</summary>
    public static Expectation Of(Instance instance)
    {
        InstanceState? set = null;
        foreach (Check check in instance.Checks)
        {
            set = StateCheck.IsOverride(check) ? instance.State : set;
        }

        return new Expectation(instance.Data.Unpack(), instance.Data.Epoch, set, StateCheck.AwaitsResult(instance));
    }

    /// <summary>What differs, null for nothing.</summary>
    public string? DifferenceTo(Instance instance) =>
        Definition.Port != instance.Data.Port || !Definition.Service.Equals(instance.Data.Service, StringComparison.OrdinalIgnoreCase)
            || Definition.Tags.Count != instance.Data.Tags.Count || (long)Definition.Lease.TotalMilliseconds != instance.Data.LeaseMilliseconds ? "S1: is not what was registered"
        : Epoch != instance.Data.Epoch ? $"S6: has epoch {instance.Data.Epoch} instead of {Epoch}"
        : State != instance.State ? $"S7: is {instance.State} instead of {State}"
        : State != InstanceState.Up && instance.Status != HealthStatus.Critical ? $"S7: is {State} and {instance.Status}"
        : null;
}
