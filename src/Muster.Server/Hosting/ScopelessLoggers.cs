using Microsoft.Extensions.Logging;

namespace Muster.Server.Hosting;

/// <summary>
/// Kestrel's loggers without scopes. Kestrel opens one for each connection, nothing here ever shows it, and ten thousand
/// waiting clients would keep ten thousand of them, each with an execution context of its own.
/// </summary>
internal sealed class ScopelessLoggers(ILoggerFactory inner) : ILoggerFactory
{
    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Scopeless(inner.CreateLogger(categoryName));

    /// <inheritdoc />
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>Nothing: the inner factory belongs to who made it.</summary>
    public void Dispose()
    {
    }

    private sealed class Scopeless(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
