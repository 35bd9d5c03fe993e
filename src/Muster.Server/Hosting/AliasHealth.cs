using Muster.Catalog;
using Muster.Model;

namespace Muster.Server.Hosting;

/// <summary>What an alias check finds: the worst of its target's checks, in Consul's words.</summary>
internal static class AliasHealth
{
    /// <summary>Judges an alias check from what the catalog holds now.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="node">The alias check's own node.</param>
    /// <param name="checkId">The alias check, which never counts itself.</param>
    /// <param name="target">Whose health it repeats.</param>
    public static (HealthStatus Status, string Output) Of(Catalog.Catalog catalog, string node, string checkId, AliasTarget target)
    {
        string targetNode = target.Node.Length == 0 ? node : target.Node;
        if (catalog.FindNode(targetNode) is not { } home)
        {
            return (HealthStatus.Critical, NotFound(target, targetNode));
        }

        Instance? instance = target.ServiceId.Length == 0 ? null : catalog.FindInstance(home, target.ServiceId);
        if (target.ServiceId.Length > 0 && instance is null)
        {
            return (HealthStatus.Critical, NotFound(target, targetNode));
        }

        // aliases among a node's checks would wait for each other to recover; what they repeat is judged where it stands
        Check? worst = Worst(null, home.Checks, check => check.Definition.Kind != CheckKind.Alias);
        worst = Worst(worst, instance?.Checks ?? default, check => !IsSelf(home, instance!.CheckIdOf(check), node, checkId));
        return worst is null ? (HealthStatus.Passing, "No checks found.")
            : worst.Status == HealthStatus.Passing ? (HealthStatus.Passing, "All checks passing.")
            : (worst.Status, $"Aliased check \"{NameOf(worst, instance)}\" failing: {worst.Output}");
    }

    private static Check? Worst(Check? worst, CheckList checks, Func<Check, bool> counts)
    {
        foreach (Check check in checks)
        {
            if (counts(check) && (worst is null || check.Status > worst.Status))
            {
                worst = check;
            }
        }

        return worst;
    }

    private static bool IsSelf(Node home, string? id, string node, string checkId) =>
        id == checkId && home.Name.Equals(node, StringComparison.OrdinalIgnoreCase);

    private static string NameOf(Check check, Instance? instance) =>
        check.Definition.Name.Length > 0 || instance is null ? check.Definition.Name : $"Service '{instance.Data.Service}' check";

    private static string NotFound(AliasTarget target, string node) =>
        target.ServiceId.Length == 0 ? $"Node {node} could not be found" : $"Service {target.ServiceId} could not be found on node {node}";
}
