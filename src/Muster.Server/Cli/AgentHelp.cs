using Muster.Server.Configuration;

namespace Muster.Server.Cli;

/// <summary>The help of <c>muster agent</c>, made from the table of settings.</summary>
internal static class AgentHelp
{
    public static void Write(TextWriter output)
    {
        output.WriteLine("Usage: muster agent [flags]");
        output.WriteLine();
        output.WriteLine("Runs the server. Flags are written -flag=value, -flag value or --flag value; a switch needs no value.");
        output.WriteLine("Keys of configuration files are in docs/reference/agent-configuration.md.");
        foreach (Setting setting in AgentSettings.All)
        {
            if (setting.Flag is { } flag)
            {
                output.WriteLine();
                output.WriteLine(setting.IsSwitch ? $"  -{flag}" : $"  -{flag}=<value>");
                output.WriteLine($"      {setting.Meaning} ({setting.Range}; default: {setting.Default})");
            }
        }
    }
}
