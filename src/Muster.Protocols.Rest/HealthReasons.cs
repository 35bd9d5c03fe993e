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
                yield return Sentence($"check '{check.Definition.Name}' of node '{instance.Node.Name}'", check);
            }
        }

        foreach (Check check in instance.Checks)
        {
            if (check.Status != HealthStatus.Passing)
            {
                bad++;
                yield return Sentence($"check '{instance.CheckNameOf(check)}'", check);
            }
        }

        if (bad == 0)
        {
            yield return WhyPassing(instance);
        }
    }

    private static string WhyPassing(Instance instance) => (instance.Checks.Count, instance.Data.LeaseMilliseconds) switch
    {
        (0, 0) => "no checks and no lease: healthy until somebody removes it",
        (0, _) => "no checks: healthy as long as its lease is renewed",
        (1, _) => $"check '{instance.CheckNameOf(instance.Checks[0])}' is passing",
        (int count, _) => $"all {count} checks are passing",
    };

    private static string Sentence(string what, Check check)
    {
        string subject = check.Definition.Kind == CheckKind.Maintenance ? "in maintenance" : $"{what} is {check.Status.ToText()}";
        string output = check.Output.ReplaceLineEndings(" ").Trim();
        string shown = output.Length > LongestOutput ? output[..LongestOutput] + "..." : output;
        return shown.Length == 0 ? subject : $"{subject}: {shown}";
    }
}
