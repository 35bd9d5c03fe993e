using System.Text;

namespace Muster.Bench.Reporting;

/// <summary>Collects lines and renders them as a Markdown table, aligned to be read as text as well.</summary>
internal sealed class ResultTable
{
    private static readonly string[] Headings = ["what", "Muster", "calibration", "ratio", "target", "verdict"];

    private readonly List<ResultLine> _lines = [];

    public bool AllReached => _lines.TrueForAll(line => line.Reached != false);

    public void Add(ResultLine line)
    {
        _lines.Add(line);
        Console.Error.WriteLine("      " + string.Join(" | ", Cells(line)));
    }

    public string Render()
    {
        List<string[]> rows = [Headings, .. _lines.Select(Cells)];
        var widths = Enumerable.Range(0, Headings.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        rows.Insert(1, [.. widths.Select(width => new string('-', width))]);
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append("| ").AppendJoin(" | ", row.Select((cell, column) => cell.PadRight(widths[column]))).Append(" |\n");
        }

        return text.ToString();
    }

    private static string[] Cells(ResultLine line) =>
    [
        line.What, line.Muster, line.Calibration, line.Ratio, line.Target,
        line.Reached switch { true => "ok", false => "BELOW", null => "" },
    ];
}
