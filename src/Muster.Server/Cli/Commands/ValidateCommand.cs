using System.CommandLine;
using Muster.Server.Cli.Output;
using Muster.Server.Configuration;

namespace Muster.Server.Cli.Commands;

/// <summary><c>muster validate FILE_OR_DIRECTORY...</c>: says what an agent would say about a configuration, without running one.</summary>
internal static class ValidateCommand
{
    public static Command Create(CommandOutput output)
    {
        var paths = new Argument<string[]>("path") { Description = "Configuration files and directories of them", Arity = ArgumentArity.OneOrMore };
        var quiet = new Option<bool>("--quiet", "-quiet") { Description = "Say nothing when all is well" };
        var command = new Command("validate", "Check configuration files without starting an agent") { paths, quiet };
        command.SetAction(arguments => Validate(output, arguments.GetValue(paths)!, arguments.GetValue(quiet)));
        return command;
    }

    private static int Validate(CommandOutput output, string[] paths, bool quiet)
    {
        IEnumerable<string> flags = paths.Select(path => (Directory.Exists(path) ? "-config-dir=" : "-config-file=") + path);
        AgentConfigurationResult result = AgentConfiguration.Read([.. flags], HostFacts.OfThisMachine());

        // files may leave the data directory to a flag
        List<string> errors = [.. result.Errors.Where(error => error != AgentDraft.NoDataDirectory)];
        foreach (string warning in result.Warnings.Where(_ => !quiet))
        {
            output.Error.WriteLine("warning: " + warning);
        }

        foreach (string error in errors)
        {
            output.Error.WriteLine("error: " + error);
        }

        if (errors.Count == 0 && !quiet)
        {
            output.Out.WriteLine("Configuration is valid!");
        }

        return errors.Count == 0 ? ExitCode.Ok : ExitCode.Error;
    }
}
