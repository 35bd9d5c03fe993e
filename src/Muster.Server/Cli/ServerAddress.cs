namespace Muster.Server.Cli;

/// <summary>Finds the server to talk to: the option, <c>MUSTER_HTTP_ADDR</c>, <c>CONSUL_HTTP_ADDR</c>, then the default.</summary>
internal static class ServerAddress
{
    private const string Default = "http://127.0.0.1:8500";

    /// <summary>The address to use; fails with a usage error when it is not one.</summary>
    public static Uri Find(string? option, Func<string, string?> environment)
    {
        string text = FirstOf(option, environment("MUSTER_HTTP_ADDR"), environment("CONSUL_HTTP_ADDR"), Default);
        string url = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        bool valid = Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https";
        return valid && address!.Host.Length > 0
            ? address
            : throw new CommandFailedException(ExitCode.Usage, $"\"{text}\" is not the address of a server; write http://HOST:PORT");
    }

    private static string FirstOf(params ReadOnlySpan<string?> candidates)
    {
        foreach (string? candidate in candidates)
        {
            if (!string.IsNullOrWhiteSpace(candidate))
            {
                return candidate.Trim();
            }
        }

        return Default;
    }
}
