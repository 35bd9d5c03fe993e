namespace Muster.Server.Hosting;

/// <summary>The UUID of this server's node: given, kept in the data directory, or made up for one run.</summary>
internal static class NodeIdentity
{
    private const string FileName = "node-id";

    /// <summary>Finds the id, and keeps it when there is a data directory and none is kept yet.</summary>
    /// <param name="given">The configured id, empty for none.</param>
    /// <param name="dataDirectory">The data directory, empty for none.</param>
    public static string Find(string given, string dataDirectory)
    {
        if (given.Length > 0)
        {
            return given;
        }

        if (dataDirectory.Length == 0)
        {
            return Guid.NewGuid().ToString();
        }

        try
        {
            return KeptIn(dataDirectory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AgentStartException([$"data_dir: cannot use \"{dataDirectory}\": {error.Message}"]);
        }
    }

    private static string KeptIn(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        string path = Path.Combine(dataDirectory, FileName);
        if (File.Exists(path) && Guid.TryParse(File.ReadAllText(path), out Guid kept))
        {
            return kept.ToString();
        }

        string id = Guid.NewGuid().ToString();
        File.WriteAllText(path, id + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return id;
    }
}
