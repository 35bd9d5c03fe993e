using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Muster.Server.Hosting;

/// <summary>One client that follows the log: its level, its form (that of Consul's log) and the lines that wait for it.</summary>
internal sealed class LogFollower(LogLevel level, bool json)
{
    /// <summary>How many lines may wait; those that come when it is full are lost.</summary>
    public const int MostWaiting = 512;

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(MostWaiting);
    private int _lost;

    /// <summary>The lines, in order.</summary>
    public ChannelReader<string> Lines => _lines.Reader;

    /// <summary>Whether a message is for this client.</summary>
    public bool Wants(string? category, LogLevel written) =>
        written >= level && (written >= LogLevel.Warning || !LogControl.IsFramework(category));

    /// <summary>Adds a message, when it wants it and there is room.</summary>
    public void Offer(DateTimeOffset at, string category, LogLevel written, string message)
    {
        if (!Wants(category, written))
        {
            return;
        }

        int lost = Volatile.Read(ref _lost);
        if (lost > 0 && _lines.Writer.TryWrite(Format(at, "monitor", LogLevel.Warning, $"{lost} lines were lost: this client reads too slowly")))
        {
            Interlocked.Add(ref _lost, -lost);
        }

        if (!_lines.Writer.TryWrite(Format(at, category, written, message)))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    private string Format(DateTimeOffset at, string category, LogLevel written, string message)
    {
        string time = at.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        string name = NameOf(written);
        return json
            ? $$"""{"@level":"{{name}}","@message":"{{JsonEncodedText.Encode(message)}}","@module":"{{JsonEncodedText.Encode(category)}}","@timestamp":"{{time}}"}"""
            : $"{time} {$"[{name.ToUpperInvariant()}]",-7} {category}: {message.ReplaceLineEndings(" ")}";
    }

    private static string NameOf(LogLevel written) => written switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };
}
