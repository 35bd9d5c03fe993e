using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Muster.Server.Hosting;

/// <summary>
/// Remembers the ids of what the configuration defined, in the data directory: a service taken out of a file while the
/// server is down is found in the journal at the next start, and is to go.
/// </summary>
/// <param name="dataDirectory">Where the file is kept; empty to remember for one run only.</param>
/// <param name="logger">For a file that cannot be read or written.</param>
internal sealed partial class ConfiguredMemory(string dataDirectory, ILogger logger)
{
    private const string FileName = "configured.json";

    private string[] _services = [];
    private string[] _checks = [];
    private bool _isRead;

    private string Path => System.IO.Path.Combine(dataDirectory, FileName);

    /// <summary>What was defined last.</summary>
    public (IReadOnlyList<string> Services, IReadOnlyList<string> Checks) Read()
    {
        if (!_isRead && dataDirectory.Length > 0)
        {
            ReadFile();
        }

        _isRead = true;
        return (_services, _checks);
    }

    /// <summary>Remembers what is defined now.</summary>
    public void Write(string[] services, string[] checks)
    {
        if (_isRead && services.SequenceEqual(_services) && checks.SequenceEqual(_checks))
        {
            return;
        }

        (_services, _checks, _isRead) = (services, checks, true);
        if (dataDirectory.Length > 0)
        {
            WriteFile();
        }
    }

    private void ReadFile()
    {
        try
        {
            if (File.Exists(Path))
            {
                string[][] kept = JsonSerializer.Deserialize<string[][]>(File.ReadAllBytes(Path)) ?? [];
                (_services, _checks) = kept is [var services, var checks] ? (services, checks) : ([], []);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnreadable(logger, Path, error.Message);
        }
    }

    private void WriteFile()
    {
        try
        {
            OwnFile.Write(Path, JsonSerializer.SerializeToUtf8Bytes<string[][]>([_services, _checks]));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotKept(logger, Path, error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot read {File}: {Reason}; what was taken out of the configuration while the server was down stays registered")]
    private static partial void LogUnreadable(ILogger logger, string file, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot write {File}: {Reason}; what is taken out of the configuration while the server is down will stay registered")]
    private static partial void LogNotKept(ILogger logger, string file, string reason);
}
