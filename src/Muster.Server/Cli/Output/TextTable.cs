using System.Diagnostics;
using Muster.Model;

namespace Muster.Server.Cli.Output;

/// <summary>
/// Rows under headings. Piped, they are columns padded with spaces: a heading line, then one line a row, and a dash for
/// what is empty, so that <c>awk</c> finds the same column everywhere. In a terminal it is drawn as a table.
/// </summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public IReadOnlyList<string> Headings => headings;

    public IReadOnlyList<string[]> Rows => _rows;

    /// <summary>Adds a row with as many cells as there are headings. A cell is one line, whatever is given.</summary>
    public void Add(params string[] cells)
    {
        Debug.Assert(cells.Length == headings.Length, "one cell for each heading");
        _rows.Add([.. cells.Select(cell => cell.Trim().ReplaceLineEndings(" "))]);
    }

    /// <summary>Writes the table the way the output wants it.</summary>
    public void Write(CommandOutput output)
    {
        if (output.IsTerminal)
        {
            TerminalTable.Write(this);
        }
        else
        {
            WriteColumns(output.Out);
        }
    }

    /// <summary>True for a cell that is a health, which a terminal may show in colour.</summary>
    internal static bool IsHealth(string cell, out HealthStatus status) => HealthStatusText.TryParse(cell, out status);

    private void WriteColumns(TextWriter writer)
    {
        int[] widths = [.. headings.Select((heading, column) => _rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        WriteRow(writer, headings, widths);
        foreach (string[] row in _rows)
        {
            WriteRow(writer, row, widths);
        }
    }

    private static void WriteRow(TextWriter writer, string[] cells, int[] widths)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            string cell = cells[i].Length == 0 ? "-" : cells[i];
            writer.Write(i == cells.Length - 1 ? cell : cell.PadRight(widths[i] + 2));
        }

        writer.WriteLine();
    }
}
