namespace Muster.Server.Configuration;

/// <summary>Turns the arguments of <c>muster agent</c>, and the files they name, into options.</summary>
internal static class AgentConfiguration
{
    /// <summary>
    /// Reads everything: files in the order given, then flags, which win. The result holds the options, or all errors
    /// at once; the warnings in any case.
    /// </summary>
    public static AgentConfigurationResult Read(IReadOnlyList<string> arguments, HostFacts host)
    {
        var draft = new AgentDraft();
        List<(Setting Setting, string Text)> flags = FlagReader.Read(arguments, draft, out bool wantsHelp);
        if (wantsHelp)
        {
            return new AgentConfigurationResult(null, [], [], WantsHelp: true);
        }

        ReadFiles(flags, draft);

        foreach ((Setting setting, string text) in flags)
        {
            setting.Apply(draft, SettingValue.OfFlag(draft, setting.Flag!, text));
        }

        AgentOptions? options = draft.Build(host);
        return new AgentConfigurationResult(options, draft.Errors, draft.Warnings, WantsHelp: false);
    }

    /// <summary>Files and directories in the order given, then the pieces that stand in flags.</summary>
    private static void ReadFiles(List<(Setting Setting, string Text)> flags, AgentDraft draft)
    {
        foreach (string format in TextsOf("config-format"))
        {
            draft.FilesAreJson = format == "json";
            if (!draft.FilesAreJson)
            {
                draft.Error($"-config-format: must be json, got \"{format}\"");
            }
        }

        foreach ((Setting setting, string text) in flags)
        {
            if (setting.Flag == "config-file")
            {
                ConfigFiles.ReadFile(draft, text);
            }
            else if (setting.Flag == "config-dir")
            {
                ConfigFiles.ReadDirectory(draft, text);
            }
        }

        foreach (string piece in TextsOf("hcl"))
        {
            ConfigFiles.ReadText(draft, "-hcl", piece);
        }

        IEnumerable<string> TextsOf(string flag) => flags.Where(each => each.Setting.Flag == flag).Select(each => each.Text);
    }
}
