using Microsoft.Extensions.Logging;

namespace Muster.Client.Streaming;

/// <summary>What the lookup half of the client logs. Event ids 1000 to 1099.</summary>
internal static partial class DirectoryLog
{
    [LoggerMessage(1000, LogLevel.Information, "Following {Services} services through {Server} (served by {ServedBy})", EventName = "StreamBegan")]
    public static partial void StreamBegan(ILogger log, int services, Uri server, string servedBy);

    [LoggerMessage(1001, LogLevel.Warning, "The registry at {Server} cannot be followed: {Reason}. Lookups go on from the last known lists; next attempt in {Delay}", EventName = "RegistryLost")]
    public static partial void RegistryLost(ILogger log, Uri server, string reason, TimeSpan delay);

    [LoggerMessage(1002, LogLevel.Debug, "The registry at {Server} still cannot be followed: {Reason}; next attempt in {Delay}", EventName = "RegistryStillLost")]
    public static partial void RegistryStillLost(ILogger log, Uri server, string reason, TimeSpan delay);

    [LoggerMessage(1003, LogLevel.Warning, "No watch stream from {Server} ({Reason}): polling for {Duration}", EventName = "PollingBegan")]
    public static partial void PollingBegan(ILogger log, Uri server, string reason, TimeSpan duration);

    [LoggerMessage(1004, LogLevel.Warning, "An answer of the registry about {Service} was ignored: {Reason}", EventName = "AnswerRejected")]
    public static partial void Rejected(ILogger log, string service, string reason);

    [LoggerMessage(1005, LogLevel.Debug, "{Service}: {Instances} instances, revision {Revision}, from {Source}", EventName = "ViewPublished")]
    public static partial void Published(ILogger log, string service, int instances, long revision, ViewSource source);

    [LoggerMessage(1006, LogLevel.Warning, "The registry no longer lists {Count} instances of {Service} and does not say why: they are kept until it has repeated that often enough", EventName = "InstancesHeld")]
    public static partial void Held(ILogger log, string service, int count);

    [LoggerMessage(1007, LogLevel.Warning, "{Count} instances of {Service} are given up: the registry has not listed them for long enough", EventName = "InstancesReleased")]
    public static partial void Released(ILogger log, string service, int count);

    [LoggerMessage(1008, LogLevel.Error, "Following the registry failed unexpectedly; going on in {Delay}", EventName = "LoopFailed")]
    public static partial void LoopFailed(ILogger log, Exception exception, TimeSpan delay);

    [LoggerMessage(1009, LogLevel.Debug, "The watch stream of {Server} ended: {Reason}; next in {Delay}", EventName = "StreamEnded")]
    public static partial void StreamEnded(ILogger log, Uri server, string reason, TimeSpan delay);

    [LoggerMessage(1010, LogLevel.Debug, "{Service} begins anew: {Reason}", EventName = "Resync")]
    public static partial void Resync(ILogger log, string service, string reason);
}
