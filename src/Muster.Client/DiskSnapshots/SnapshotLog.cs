using Microsoft.Extensions.Logging;

namespace Muster.Client.DiskSnapshots;

/// <summary>What the snapshot on disk logs. Event ids 1100 to 1199.</summary>
internal static partial class SnapshotLog
{
    [LoggerMessage(1100, LogLevel.Information, "{Services} lists of an earlier run are in {Path}, in case the registry does not answer", EventName = "SnapshotLoaded")]
    public static partial void Loaded(ILogger log, int services, string path);

    [LoggerMessage(1101, LogLevel.Warning, "The snapshot {Path} is ignored: {Fault}", EventName = "SnapshotIgnored")]
    public static partial void Ignored(ILogger log, string path, string fault);

    [LoggerMessage(1102, LogLevel.Warning, "The snapshot {Path} cannot be written; a start without a registry would use older lists", EventName = "SnapshotSaveFailed")]
    public static partial void SaveFailed(ILogger log, Exception exception, string path);
}
