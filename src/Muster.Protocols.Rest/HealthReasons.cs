using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Rest;

/// <summary>Says in words why an instance has the health it has.</summary>
internal static class HealthReasons
{
    private const int LongestOutput = 200;

    /// <summary>At least one sentence.</summary>
    public static IEnumerable<string> Of(Instance instance)
    {
        int bad = 0;
        foreach (Check check in instance.Node.Checks)
        {
            if (check.Status != HealthStatus.Passing)
            {
                bad++;
                yield return IsMaintenance(check)
                    ? WithWords($"node '{instance.Node.Name}' is in maintenance", check.Definition.Notes)
                    : WithWords($"check '{check.Definition.Name}' of node '{instance.Node.Name}' is {check.Status.ToText()}", check.Output);
            }
        }

        foreach (Check check in instance.Checks)
        {
            if (check.Status != HealthStatus.Passing)
            {
                bad++;
                yield return StateOf(check) is { } state
                    ? WithWords(state, check.Definition.Notes)
                    : WithWords($"check '{instance.CheckNameOf(check)}' is {check.Status.ToText()}", check.Output);
            }
        }

        if (bad == 0)
        {
            yield return WhyPassing(instance);
        }

        foreach (Check check in instance.Checks)
        {
            if (instance.IsStale(check))
            {
                yield return $"check '{instance.CheckNameOf(check)}' is stale: only the server it was registered on can make it, and that is gone";
            }
        }
    }

    private static string WhyPassing(Instance instance) => (instance.Checks.Count, instance.Data.LeaseMilliseconds) switch
    {
        (0, 0) => "no checks and no lease: healthy until somebody removes it",
        (0, _) => "no checks: healthy as long as its lease is renewed",
        (1, _) => $"check '{instance.CheckNameOf(instance.Checks[0])}' is passing",
        (int count, _) => $"all {count} checks are passing",
    };

    private static string? StateOf(Check check) => check.Definition.Kind switch
    {
        CheckKind.Maintenance => "in maintenance",
        CheckKind.Draining => "draining",
        CheckKind.Starting => "starting",
        _ => null,
    };

    private static bool IsMaintenance(Check check) => check.Definition.Kind == CheckKind.Maintenance;

    private static string WithWords(string subject, string words)
    {
        string line = words.ReplaceLineEndings(" ").Trim();
        string shown = line.Length > LongestOutput ? line[..LongestOutput] + "..." : line;
        return shown.Length == 0 ? subject : $"{subject}: {shown}";
    }
}
