namespace Muster.Server.Cli;

/// <summary>
/// The name the program was called by. Called <c>consul</c> (a link, or a copy of the published file), it prints what
/// programs that look for a Consul binary expect to read.
/// </summary>
internal static class ProgramName
{
    private const string Consul = "consul";

    /// <summary>True when the program was called <c>consul</c>.</summary>
    public static bool IsConsul(Func<string, string?> environment) =>
        Path.GetFileNameWithoutExtension(environment("MUSTER_COMMAND") ?? FirstArgument() ?? Environment.ProcessPath) == Consul;

    /// <summary>The name as it was typed, which is not the file's when that is reached over a link.</summary>
    private static string? FirstArgument()
    {
        try
        {
            string line = File.ReadAllText("/proc/self/cmdline");
            int end = line.IndexOf('\0', StringComparison.Ordinal);
            return end > 0 ? line[..end] : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // not Linux: the file's own name will do
            return null;
        }
    }
}
