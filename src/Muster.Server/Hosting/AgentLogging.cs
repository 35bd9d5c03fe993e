using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Muster.Server.Configuration;

namespace Muster.Server.Hosting;

/// <summary>The agent's log: one line a message on standard error, plain or JSON.</summary>
internal static class AgentLogging
{
    public static ILoggerFactory Create(AgentOptions options) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(options.LogLevel);

        // Kestrel at Information tells of its own business only
        logging.AddFilter("Microsoft", options.LogLevel > LogLevel.Warning ? options.LogLevel : LogLevel.Warning);
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
