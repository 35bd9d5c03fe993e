using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Muster.Server.Configuration;

namespace Muster.Server.Hosting;

/// <summary>The agent's log: one line a message on standard error, plain or JSON.</summary>
internal static class AgentLogging
{
    public static ILoggerFactory Create(AgentOptions options, LogControl control) => LoggerFactory.Create(logging =>
    {
        // asked anew for each message, so that a level set while running takes effect
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.AddFilter<ConsoleLoggerProvider>(control.IsWritten);
        logging.AddProvider(control.Tap);
        logging.AddFilter<LogTap>(control.Tap.IsWanted);
        if (options.LogJson)
        {
            logging.AddJsonConsole(format => format.UseUtcTimestamp = true);
        }
        else
        {
            logging.AddConsole(console => console.FormatterName = LogLine.FormatName).AddConsoleFormatter<LogLine, ConsoleFormatterOptions>();
            logging.Services.AddSingleton(TimeProvider.System);
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });
}
