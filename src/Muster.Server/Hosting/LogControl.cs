using Microsoft.Extensions.Logging;

namespace Muster.Server.Hosting;

/// <summary>What of the log is written, changeable while the agent runs.</summary>
internal sealed class LogControl(LogLevel level)
{
    private volatile int _level = (int)level;

    /// <summary>Where clients follow the log, each at a level of its own.</summary>
    public LogTap Tap { get; } = new(TimeProvider.System);

    /// <summary>Messages below this level are not written.</summary>
    public LogLevel Level
    {
        get => (LogLevel)_level;
        set => _level = (int)value;
    }

    /// <summary>Whether a message is written. Kestrel at Information tells of its own business only.</summary>
    public bool IsWritten(string? category, LogLevel level) => level >= Level && (level >= LogLevel.Warning || !IsFramework(category));

    /// <summary>True for what ASP.NET logs.</summary>
    public static bool IsFramework(string? category) => category?.StartsWith("Microsoft", StringComparison.Ordinal) ?? false;
}
