using Muster.Model;

namespace Muster.Catalog;

/// <summary>
/// The state of an instance as checks that are always critical: so every reader that asks for healthy instances leaves it
/// out, whatever it speaks, and shows why; and an instance that is up, as nearly all are, keeps nothing.
/// </summary>
/// <remarks>
/// There are two: the override, which somebody set and which stays until somebody ends it (it is Consul's maintenance mode,
/// too), and the one of an instance that registered as not ready yet, which its first passing check ends. The override counts.
/// </remarks>
internal static class StateCheck
{
    private const string OverridePrefix = "_service_maintenance:";
    private const string StartingPrefix = "_service_starting:";

    /// <summary>The state that a list of checks stands for.</summary>
    internal static InstanceState StateOf(CheckList checks)
    {
        InstanceState state = InstanceState.Up;
        foreach (Check check in checks)
        {
            if (check.Definition.Kind is CheckKind.Maintenance or CheckKind.Draining or CheckKind.Starting)
            {
                state = StateOf(check);
                if (IsOverride(check))
                {
                    return state;
                }
            }
        }

        return state;
    }

    /// <summary>Whether a check is an instance's override, or says that it is starting.</summary>
    internal static bool IsState(Check check) => IsOverride(check) || IsStarting(check);

    /// <summary>Whether somebody set this state.</summary>
    internal static bool IsOverride(Check check) =>
        check.Definition.Kind is CheckKind.Maintenance or CheckKind.Draining or CheckKind.Starting
        && check.Definition.Id!.StartsWith(OverridePrefix, StringComparison.Ordinal);

    /// <summary>Whether the instance registered with this state itself.</summary>
    internal static bool IsStarting(Check check) =>
        check.Definition.Kind == CheckKind.Starting && check.Definition.Id!.StartsWith(StartingPrefix, StringComparison.Ordinal);

    /// <summary>Whether an instance waits for its first good result.</summary>
    internal static bool AwaitsResult(Instance instance)
    {
        if (instance.Data.IsStarting)
        {
            foreach (Check check in instance.Checks)
            {
                if (IsStarting(check))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The check of an instance that registered as not ready yet.</summary>
    internal static CheckDefinition Starting(string instanceId) =>
        new() { Id = StartingPrefix + instanceId, Name = "Starting", Kind = CheckKind.Starting };

    /// <summary>The check that sets another state than up.</summary>
    internal static CheckDefinition Override(string instanceId, InstanceState state, string reason) => new()
    {
        Id = OverridePrefix + instanceId,
        Notes = reason,
        Name = state switch
        {
            InstanceState.Draining => "Draining",
            InstanceState.Starting => "Starting",
            _ => "Service Maintenance Mode",
        },
        Kind = state switch
        {
            InstanceState.Draining => CheckKind.Draining,
            InstanceState.Starting => CheckKind.Starting,
            _ => CheckKind.Maintenance,
        },
    };

    private static InstanceState StateOf(Check check) => check.Definition.Kind switch
    {
        CheckKind.Draining => InstanceState.Draining,
        CheckKind.Starting => InstanceState.Starting,
        _ => InstanceState.OutOfService,
    };
}
