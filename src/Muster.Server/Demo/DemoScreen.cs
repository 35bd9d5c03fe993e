using Muster.Server.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Muster.Server.Demo;

/// <summary>The live view of the demo in a terminal.</summary>
internal static class DemoScreen
{
    /// <summary>Redraws what <paramref name="read"/> returns until it is cancelled.</summary>
    public static Task RunAsync(IReadOnlyList<string> hints, Func<CancellationToken, Task<DemoView>> read, TimeSpan pause, CancellationToken cancellation) =>
        AnsiConsole.Live(new Text("")).StartAsync(async live =>
        {
            while (true)
            {
                DemoView view = await read(cancellation);
                live.UpdateTarget(Draw(view, hints));
                live.Refresh();
                await Task.Delay(pause, cancellation);
            }
        });

    private static Rows Draw(DemoView view, IReadOnlyList<string> hints)
    {
        var parts = new List<IRenderable>
        {
            new Markup("[bold]What the registry sees[/]"),
            TerminalTable.Draw(view.InstanceTable()),
            new Markup("[bold]What happened[/]"),
            TerminalTable.Draw(view.EventTable()),
            new Markup("[bold]Try, in another terminal[/] (Ctrl-C here ends everything)"),
        };
        parts.AddRange(hints.Select(hint => new Text("  " + hint)));
        return new Rows(parts);
    }
}
