using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Muster.Server.Hosting.Clustering;

/// <summary>Keeps the members in the data directory, so that a server which starts again finds its cluster without being told.</summary>
/// <param name="dataDirectory">Where; empty to remember nothing.</param>
/// <param name="logger">For a file that cannot be read or written.</param>
internal sealed partial class MemberMemory(string dataDirectory, ILogger logger)
{
    private const string FileName = "members.json";

    private string Path => System.IO.Path.Combine(dataDirectory, FileName);

    /// <summary>The members known last, and whether this server left them on purpose.</summary>
    public KnownMembers Read()
    {
        try
        {
            if (dataDirectory.Length > 0 && File.Exists(Path))
            {
                return JsonSerializer.Deserialize(File.ReadAllBytes(Path), MemberJson.Default.KnownMembers) ?? new KnownMembers();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnreadable(logger, Path, error.Message);
        }

        return new KnownMembers();
    }

    /// <summary>Keeps the members known now.</summary>
    public void Write(KnownMembers members)
    {
        if (dataDirectory.Length == 0)
        {
            return;
        }

        try
        {
            OwnFile.Write(Path, JsonSerializer.SerializeToUtf8Bytes(members, MemberJson.Default.KnownMembers));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotKept(logger, Path, error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot read {File}: {Reason}; this server looks only for the servers it is told to join")]
    private static partial void LogUnreadable(ILogger logger, string file, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot write {File}: {Reason}; after a restart this server looks only for the servers it is told to join")]
    private static partial void LogNotKept(ILogger logger, string file, string reason);
}
