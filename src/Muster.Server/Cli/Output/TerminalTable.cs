using Muster.Model;
using Spectre.Console;

namespace Muster.Server.Cli.Output;

/// <summary>Draws a table in a terminal. Apart from its callers, so that piped output never loads the drawing library.</summary>
internal static class TerminalTable
{
    public static void Write(TextTable table) => AnsiConsole.Write(Draw(table));

    /// <summary>The table as a thing to draw, for a live view.</summary>
    public static Table Draw(TextTable table)
    {
        var drawn = new Table { Border = TableBorder.Rounded };
        foreach (string heading in table.Headings)
        {
            drawn.AddColumn(new TableColumn($"[bold]{Markup.Escape(heading)}[/]"));
        }

        foreach (string[] row in table.Rows)
        {
            drawn.AddRow([.. row.Select(Cell)]);
        }

        return drawn;
    }

    private static Markup Cell(string text)
    {
        string? colour = text switch
        {
            _ when TextTable.IsHealth(text, out HealthStatus status) => status switch
            {
                HealthStatus.Passing => "green",
                HealthStatus.Warning => "yellow",
                _ => "red",
            },
            "IN" => "green",
            "OUT" => "red",
            _ => null,
        };
        string escaped = Markup.Escape(text);
        return new Markup(colour is null ? escaped : $"[{colour}]{escaped}[/]");
    }
}
