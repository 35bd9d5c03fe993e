namespace Muster.Server.Configuration;

/// <summary>
/// Splits arguments into flags as Go's <c>flag</c> package does: <c>-name=value</c>, <c>-name value</c>, one dash or
/// two; a switch needs no value and takes one only after <c>=</c>.
/// </summary>
internal static class FlagReader
{
    /// <summary>Reads all flags. What is wrong goes to the draft; reading goes on, so that everything wrong is found.</summary>
    public static List<(Setting Setting, string Text)> Read(IReadOnlyList<string> arguments, AgentDraft draft, out bool wantsHelp)
    {
        wantsHelp = false;
        var flags = new List<(Setting, string)>();
        for (int i = 0; i < arguments.Count; i++)
        {
            if (!TrySplit(arguments[i], out string name, out string? text))
            {
                draft.Error($"unexpected argument \"{arguments[i]}\": only flags can follow \"agent\"");
                continue;
            }

            if (name is "h" or "help")
            {
                wantsHelp = true;
                continue;
            }

            Setting? setting = AgentSettings.OfFlag(name);
            bool isSwitch = setting?.IsSwitch ?? false;
            string? unused = setting is null ? UnusedSettings.WhyFlag(name, out isSwitch) : null;
            if (setting is null && unused is null)
            {
                draft.Error($"flag provided but not defined: -{name}");
                continue;
            }

            text ??= isSwitch ? "true" : ++i < arguments.Count ? arguments[i] : null;
            if (text is null)
            {
                draft.Error($"flag needs an argument: -{name}");
            }
            else if (setting is null)
            {
                draft.Warn($"-{name}: {unused}");
            }
            else
            {
                flags.Add((setting, text));
            }
        }

        return flags;
    }

    private static bool TrySplit(string argument, out string name, out string? text)
    {
        ReadOnlySpan<char> flag = argument;
        flag = flag.StartsWith("--") ? flag[2..] : flag.StartsWith("-") ? flag[1..] : default;
        int equals = flag.IndexOf('=');
        name = (equals < 0 ? flag : flag[..equals]).ToString();
        text = equals < 0 ? null : flag[(equals + 1)..].ToString();
        return name.Length > 0 && name[0] != '-';
    }
}
