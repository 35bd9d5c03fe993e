using System.CommandLine;
using Muster.Server.Cli.Output;

namespace Muster.Server.Cli.Commands;

/// <summary><c>muster version</c>, which answers to <c>consul version</c> in Consul's words.</summary>
internal static class VersionCommand
{
    private const string FormatName = "--format";

    public static Command Create(CommandOutput output, Func<string, string?> environment, Option<bool> json)
    {
        var format = new Option<string>(FormatName, "-format")
        {
            Description = "pretty, or json for what consul version -format=json prints",
            DefaultValueFactory = _ => "pretty",
        };
        format.AcceptOnlyFromAmong("pretty", "json");
        var command = new Command("version", "Print the version of this program") { format };
        command.SetAction(arguments =>
        {
            output.Out.WriteLine(
                arguments.GetValue(json) ? $$"""{"version":"{{BuildInfo.Version}}","consul":"{{BuildInfo.ConsulVersion}}"}"""
                : arguments.GetValue(format) == "json" ? ConsulJson()
                : ProgramName.IsConsul(environment) ? ConsulText()
                : $"muster {BuildInfo.Version}\nSpeaks the API of Consul v{BuildInfo.ConsulVersion}");
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The first line is what programs look for; the second one says what it really is.</summary>
    private static string ConsulText() =>
        $"Consul v{BuildInfo.ConsulVersion}\nRevision {BuildInfo.Revision}\nBuild Date {BuildInfo.BuildDate}\n" +
        "Protocol 2 spoken by default, understands 2 to 3 (agent will automatically use protocol >2 when speaking to compatible agents)";

    private static string ConsulJson() => $$"""
        {
           "Version": "{{BuildInfo.ConsulVersion}}",
           "Revision": "{{BuildInfo.Revision}}",
           "Prerelease": "",
           "BuildDate": "{{BuildInfo.BuildDate}}",
           "RPC": {
              "Default": 2,
              "Min": 2,
              "Max": 3
           }
        }
        """;
}
