using System.CommandLine;
using System.Reflection;
using Muster.Server.Cli.Output;

namespace Muster.Server.Cli.Commands;

/// <summary><c>muster version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>The version of this program, without build metadata.</summary>
    public static string Version { get; } =
        (typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];

    public static Command Create(CommandOutput output, Option<bool> json)
    {
        var command = new Command("version", "Print the version of this program");
        command.SetAction(arguments =>
        {
            output.Out.WriteLine(arguments.GetValue(json) ? $$"""{"version":"{{Version}}"}""" : "muster " + Version);
            return ExitCode.Ok;
        });
        return command;
    }
}
