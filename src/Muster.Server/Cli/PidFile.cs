namespace Muster.Server.Cli;

/// <summary>A file that holds the process id while the process runs.</summary>
internal sealed class PidFile : IDisposable
{
    private readonly string _path;

    private PidFile(string path) => _path = path;

    /// <summary>Writes the file, over one that a crashed process may have left.</summary>
    public static PidFile Write(string path)
    {
        string full = Path.GetFullPath(path);
        try
        {
            File.WriteAllText(full, $"{Environment.ProcessId}\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"pid_file: cannot write \"{full}\": {error.Message}", error);
        }

        return new PidFile(full);
    }

    /// <summary>Removes the file.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // leaving must not fail over a file that somebody else took away
        }
    }
}
