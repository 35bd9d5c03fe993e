using Muster.Server.Cli.Api;

namespace Muster.Server.Demo;

/// <summary>The demo's view as a log, for output that is not a terminal: a line for each event.</summary>
internal static class DemoLog
{
    /// <summary>Writes the events that are new since the last look until it is cancelled.</summary>
    public static async Task RunAsync(
        TextWriter output, IReadOnlyList<string> hints, Func<CancellationToken, Task<DemoView>> read, TimeSpan pause, CancellationToken cancellation)
    {
        output.WriteLine("Try, in another terminal:");
        foreach (string hint in hints)
        {
            output.WriteLine("  " + hint);
        }

        output.WriteLine();
        var shown = new HashSet<TimelineEntry>();
        while (true)
        {
            DemoView view = await read(cancellation);
            foreach (TimelineEntry entry in view.Events.Where(shown.Add))
            {
                output.WriteLine($"{entry.At.ToLocalTime():HH:mm:ss.fff}  {entry.Kind,-12}  {entry.Id,-12}  {entry.Cause.Trim().ReplaceLineEndings(" ")}");
            }

            output.Flush();
            await Task.Delay(pause, cancellation);
        }
    }
}
