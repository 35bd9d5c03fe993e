namespace Muster.Server.Configuration;

internal static partial class AgentSettings
{
    private static IEnumerable<Setting> ProbedChecks() =>
    [
        Switch("enable-script-checks", "enable_script_checks", false, "let checks run programs, also those registered over the network; whoever reaches the API then runs what they like", (draft, set) => draft.Probing = draft.Probing with { AllowScripts = set }),
        Switch("enable-local-script-checks", "enable_local_script_checks", false, "let checks of the configuration files run programs", (draft, set) => draft.Probing = draft.Probing with { AllowLocalScripts = set }),
        Switch(null, "allow_link_local_checks", false, "let checks reach link-local addresses; cloud metadata stays out of reach (Muster's own key)", (draft, set) => draft.Probing = draft.Probing with { AllowLinkLocal = set }),
        Number(null, "check_flap_recoveries", 5, 0, 1000, "how often a check may recover within `check_flap_window`, more wait; 0 for no bound (Muster's own key)", (draft, set) => draft.Probing = draft.Probing with { FlapRecoveries = (int)set }),
        Duration(null, "check_flap_window", "5m", "10s", "24h", "the time in which a check earns back its recoveries (Muster's own key)", (draft, set) => draft.Probing = draft.Probing with { FlapWindow = set }),
    ];
}
