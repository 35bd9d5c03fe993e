using Muster.Server.Cli.Api;

namespace Muster.Server.Demo;

/// <summary>The demo's view as a log, for output that is not a terminal: a line for each event.</summary>
internal static class DemoLog
{
    /// <summary>Writes the events that are new since the last look until it is cancelled.</summary>
    public static async Task RunAsync(
        TextWriter output, Func<CancellationToken, Task<DemoView>> read, TimeSpan pause, CancellationToken cancellation)
    {
        HashSet<TimelineEntry> shown = [];
        while (true)
        {
            DemoView view = await read(cancellation);
            foreach (TimelineEntry entry in view.Events.Where(entry => !shown.Contains(entry)))
            {
                output.WriteLine($"{entry.At.ToLocalTime():HH:mm:ss.fff}  {entry.Kind,-12}  {entry.Id,-12}  {entry.Cause.Trim().ReplaceLineEndings(" ")}");
            }

            shown = [.. view.Events];
            output.Flush();
            await Task.Delay(pause, cancellation);
        }
    }
}
