namespace Muster.Server.Cli;

/// <summary>The entry of the program: finds the command and runs it.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command and returns the process's exit code.</summary>
    public static Task<int> RunAsync(string[] arguments) =>
        arguments switch
        {
            // the agent's flags are written as Go writes them, which no ordinary parser takes
            ["agent", .. string[] flags] => AgentCommand.RunAsync(flags, Hosting.AgentHost.RunAsync, Console.Out, Console.Error),
            _ => Task.FromResult(ExitCode.Usage),
        };
}
