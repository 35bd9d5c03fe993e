namespace Muster.Server.Cli;

/// <summary>A command did not do what was asked; carries the sentence to print and the exit code.</summary>
internal sealed class CommandFailedException(int exitCode, string message) : Exception(message)
{
    /// <summary>One of <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
