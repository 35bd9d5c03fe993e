using Muster.Server.Configuration;

namespace Muster.Server.Tests.Configuration;

public sealed class DocumentationTests
{
    /// <summary>The documentation's line for a setting is made from the table, so the two cannot drift apart.</summary>
    [Fact]
    public void EverySetting_HasItsLineInTheDocumentation()
    {
        string text = File.ReadAllText(Path.Combine(FindRoot(), "docs", "reference", "agent-configuration.md"));
        Assert.All(AgentSettings.All, setting => Assert.Contains(LineOf(setting), text, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryFlagWithoutEffect_IsInTheDocumentation()
    {
        string text = File.ReadAllText(Path.Combine(FindRoot(), "docs", "reference", "agent-configuration.md"));
        IEnumerable<string> flags = UnusedSettings.Groups.SelectMany(group => group.Flags.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(flags, flag => Assert.Contains($"`-{flag.TrimEnd('!')}`", text, StringComparison.Ordinal));
    }

    [Fact]
    public void FlagsAndKeys_AreUnique()
    {
        Assert.Empty(Repeated(setting => setting.Flag));
        Assert.Empty(Repeated(setting => setting.Key));
    }

    [Fact]
    public void WhatIsUsed_IsNotCalledUnused()
    {
        Assert.All(AgentSettings.All, setting =>
        {
            Assert.Null(setting.Key is null ? null : UnusedSettings.WhyKey(setting.Key));
            Assert.Null(setting.Flag is null ? null : UnusedSettings.WhyFlag(setting.Flag, out _));
        });
    }

    private static string LineOf(Setting setting) =>
        $"| {Code(setting.Flag is null ? null : "-" + setting.Flag)} | {Code(setting.Key)} | {setting.Default} | {setting.Range} | {setting.Meaning} |";

    private static string Code(string? text) => text is null ? "" : $"`{text}`";

    private static IEnumerable<string> Repeated(Func<Setting, string?> select) =>
        AgentSettings.All.Select(select).OfType<string>().GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key);

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Muster.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Muster.slnx");
        }

        return folder;
    }
}
