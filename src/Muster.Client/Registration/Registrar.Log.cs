using Microsoft.Extensions.Logging;

namespace Muster.Client.Registration;

/// <content>What the registrar logs.</content>
public sealed partial class Registrar
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Registered instance '{Id}' of '{Service}' at {Address}:{Port}, epoch {Epoch}.", EventName = "Registered")]
        public static partial void Registered(ILogger log, string id, string service, string address, int port, long epoch);

        [LoggerMessage(2, LogLevel.Warning, "The registry does not have instance '{Id}' of '{Service}' any more; registering it again.", EventName = "RegistryLostIt")]
        public static partial void RegistryLostIt(ILogger log, string id, string service);

        [LoggerMessage(3, LogLevel.Warning, "Instance '{Id}' of '{Service}' could not be registered or renewed, attempt {Failures}: {Detail}. Trying on.", EventName = "NotReached")]
        public static partial void NotReached(ILogger log, string id, string service, int failures, string detail);

        [LoggerMessage(4, LogLevel.Error, "The registry refuses instance '{Id}' of '{Service}': {Detail}. Trying again once a lease.", EventName = "Refused")]
        public static partial void Refused(ILogger log, string id, string service, string detail);

        [LoggerMessage(5, LogLevel.Error, "A younger process (epoch {CurrentEpoch}) has registered instance '{Id}' of '{Service}': this one leaves it alone. Two processes with one id?", EventName = "Superseded")]
        public static partial void Superseded(ILogger log, string id, string service, long currentEpoch);

        [LoggerMessage(6, LogLevel.Warning, "Instance '{Id}' of '{Service}' was registered with epoch {CurrentEpoch}, above this process's: the clock went back. Going above it.", EventName = "EpochRaised")]
        public static partial void EpochRaised(ILogger log, string id, string service, long currentEpoch);

        [LoggerMessage(7, LogLevel.Information, "Deregistered instance '{Id}' of '{Service}'.", EventName = "Deregistered")]
        public static partial void Deregistered(ILogger log, string id, string service);

        [LoggerMessage(8, LogLevel.Information, "Instance '{Id}' of '{Service}' belongs to a younger process; left registered.", EventName = "LeftToSuccessor")]
        public static partial void LeftToSuccessor(ILogger log, string id, string service);

        [LoggerMessage(9, LogLevel.Warning, "Instance '{Id}' of '{Service}' could not be deregistered: {Detail}. It leaves when its lease of {Lease} s ends.", EventName = "NotDeregistered")]
        public static partial void NotDeregistered(ILogger log, string id, string service, string detail, double lease);

        [LoggerMessage(10, LogLevel.Information, "Waiting {Seconds} s for callers to hear of it and for requests in flight.", EventName = "Draining")]
        public static partial void Draining(ILogger log, double seconds);

        [LoggerMessage(11, LogLevel.Error, "A round of renewals failed.", EventName = "RoundFailed")]
        public static partial void RoundFailed(ILogger log, Exception failure);
    }
}
