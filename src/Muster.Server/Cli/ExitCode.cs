namespace Muster.Server.Cli;

/// <summary>The exit codes of every command. Documented in <c>docs/reference/cli.md</c>; scripts depend on them.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>It did not work: the server refused, or the agent could not start.</summary>
    public const int Error = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>The service or instance is not registered, or no instance of it is healthy.</summary>
    public const int NotFound = 3;

    /// <summary>The server does not answer.</summary>
    public const int Unreachable = 4;
}
