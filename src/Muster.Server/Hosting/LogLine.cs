using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Muster.Server.Hosting;

/// <summary>A message on one line for people: time, level, who says it, and what. Ids are for the JSON format.</summary>
internal sealed class LogLine(TimeProvider time) : ConsoleFormatter(FormatName)
{
    public const string FormatName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (logEntry.Exception is { } exception)
        {
            message += $" {exception}";
        }

        textWriter.WriteLine(
            $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {LevelOf(logEntry.LogLevel)}: {logEntry.Category}: {message.ReplaceLineEndings(" ")}");
    }

    private static string LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };
}
