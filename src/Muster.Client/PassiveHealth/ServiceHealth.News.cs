using Microsoft.Extensions.Logging;

namespace Muster.Client.PassiveHealth;

/// <content>What is logged and counted: changes of state, and nothing per call. Outside of all locks, for loggers may do as they like.</content>
internal sealed partial class ServiceHealth
{
    private readonly Queue<HealthNews> _news = new();

    private void Tell_NeedsLock(HealthNews news)
    {
        _news.Enqueue(news);
        _hasNews = true;
    }

    private void Announce()
    {
        while (TakeNews() is { } news)
        {
            Announce(news);
        }
    }

    private HealthNews? TakeNews()
    {
        lock (_gate)
        {
            if (_news.TryDequeue(out HealthNews news))
            {
                return news;
            }

            _hasNews = false;
            return null;
        }
    }

    private void Announce(in HealthNews news)
    {
        (string service, string id, string node) = (_settings.Service, news.Instance?.Id ?? "", news.Instance?.Node ?? "");
        switch (news.Kind)
        {
            case HealthNewsKind.Ejected:
                _settings.Metrics?.Ejected(news.Cause);
                Log.Ejected(_settings.Logger, service, id, node, news.Duration.TotalSeconds, news.Cause, news.Ejections);
                break;
            case HealthNewsKind.Prevented:
                _settings.Metrics?.Prevented(news.Cause);
                break;
            case HealthNewsKind.OnTrial:
                Log.OnTrial(_settings.Logger, service, id, node);
                break;
            case HealthNewsKind.Returned:
                Log.Returned(_settings.Logger, service, id, node);
                break;
            case HealthNewsKind.PanicBegan:
                Log.PanicBegan(_settings.Logger, service);
                break;
            default:
                Log.PanicEnded(_settings.Logger, service);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Service}: instance {Instance} on {Node} is ejected for {Seconds:0.0} s ({Cause}, ejection {Ejections})")]
        public static partial void Ejected(ILogger logger, string service, string instance, string node, double seconds, EjectionCause cause, int ejections);

        [LoggerMessage(2, LogLevel.Information, "{Service}: instance {Instance} on {Node} is on trial")]
        public static partial void OnTrial(ILogger logger, string service, string instance, string node);

        [LoggerMessage(3, LogLevel.Information, "{Service}: instance {Instance} on {Node} is in use again")]
        public static partial void Returned(ILogger logger, string service, string instance, string node);

        [LoggerMessage(4, LogLevel.Warning, "{Service}: too few instances are healthy, so unhealthy ones are used as well")]
        public static partial void PanicBegan(ILogger logger, string service);

        [LoggerMessage(5, LogLevel.Information, "{Service}: enough instances are healthy again")]
        public static partial void PanicEnded(ILogger logger, string service);
    }
}
