using Muster.Server.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Muster.Server.Demo;

/// <summary>The live view of the demo in a terminal: two tables that fit on a small screen, drawn anew when they change.</summary>
internal static class DemoScreen
{
    /// <summary>Draws what <paramref name="read"/> returns until it is cancelled.</summary>
    public static Task RunAsync(Func<CancellationToken, Task<DemoView>> read, TimeSpan pause, CancellationToken cancellation) =>
        AnsiConsole.Live(new Text("")).StartAsync(async live =>
        {
            string drawn = "";
            while (true)
            {
                DemoView view = await read(cancellation);
                (TextTable instances, TextTable events) = (view.InstanceTable(), view.EventTable());
                string text = TextOf(instances) + TextOf(events);
                if (text != drawn)
                {
                    drawn = text;
                    live.UpdateTarget(Draw(instances, events));
                    live.Refresh();
                }

                await Task.Delay(pause, cancellation);
            }
        });

    private static string TextOf(TextTable table) => string.Join('\n', table.Rows.Select(row => string.Join('\t', row)));

    private static Rows Draw(TextTable instances, TextTable events) => new(
        (IRenderable[])
        [
            new Markup("[bold]What the registry sees[/] (Ctrl-C ends everything)"),
            TerminalTable.Draw(instances),
            new Markup("[bold]What happened[/]"),
            TerminalTable.Draw(events),
        ]);
}
