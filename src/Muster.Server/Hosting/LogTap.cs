using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Muster.Server.Hosting;

/// <summary>
/// Lets clients follow the log. While nobody follows it costs nothing; a follower that does not keep up loses lines and
/// is told how many.
/// </summary>
internal sealed class LogTap(TimeProvider time) : ILoggerProvider
{
    /// <summary>How many may follow at a time.</summary>
    public const int MostFollowers = 16;

    private volatile LogFollower[] _followers = [];
    private readonly Lock _gate = new();

    /// <summary>Whether anybody wants a message.</summary>
    public bool IsWanted(string? category, LogLevel level)
    {
        foreach (LogFollower follower in _followers)
        {
            if (follower.Wants(category, level))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Begins to follow; null when too many do.</summary>
    public ChannelReader<string>? Follow(LogLevel level, bool json)
    {
        lock (_gate)
        {
            if (_followers.Length == MostFollowers)
            {
                return null;
            }

            var follower = new LogFollower(level, json);
            _followers = [.. _followers, follower];
            return follower.Lines;
        }
    }

    /// <summary>Ends what <see cref="Follow"/> began.</summary>
    public void Stop(ChannelReader<string> lines)
    {
        lock (_gate)
        {
            _followers = [.. _followers.Where(follower => follower.Lines != lines)];
        }
    }

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc />
    public void Dispose()
    {
        // followers end with their requests
    }

    private void Pass(string category, LogLevel level, string message)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (LogFollower follower in _followers)
        {
            follower.Offer(now, category, level, message);
        }
    }

    private sealed class Logger(LogTap tap, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => tap.IsWanted(category, logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string message = formatter(state, exception);
            tap.Pass(category, logLevel, exception is null ? message : $"{message} {exception}");
        }
    }
}
