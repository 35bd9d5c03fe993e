using Microsoft.Extensions.Logging;

namespace Muster.Client.PassiveHealth;

/// <content>What is logged: changes of state, and nothing per call.</content>
internal sealed partial class ServiceHealth
{
    private void LogEjected(string instance, string node, EjectionCause cause, double seconds, int ejections) =>
        Log.Ejected(_settings.Logger, _settings.Service, instance, node, cause, seconds, ejections);

    private void LogOnTrial(string instance, string node) => Log.OnTrial(_settings.Logger, _settings.Service, instance, node);

    private void LogReturned(string instance, string node) => Log.Returned(_settings.Logger, _settings.Service, instance, node);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Service}: instance {Instance} on {Node} is ejected for {Seconds:0.0} s ({Cause}, ejection {Ejections})")]
        public static partial void Ejected(ILogger logger, string service, string instance, string node, EjectionCause cause, double seconds, int ejections);

        [LoggerMessage(2, LogLevel.Information, "{Service}: instance {Instance} on {Node} is on trial")]
        public static partial void OnTrial(ILogger logger, string service, string instance, string node);

        [LoggerMessage(3, LogLevel.Information, "{Service}: instance {Instance} on {Node} is in use again")]
        public static partial void Returned(ILogger logger, string service, string instance, string node);
    }
}
