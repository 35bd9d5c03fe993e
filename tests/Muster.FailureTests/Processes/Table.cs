namespace Muster.FailureTests.Processes;

/// <summary>Figures of a test: a Markdown table in its output and under artifacts/failure-tests, which the runner prints.</summary>
internal sealed class Table(ITestOutputHelper output, string title, params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Prints and keeps it. Call it before anything is asserted.</summary>
    public void Write()
    {
        string table = $"### {title}\n\n" + Line(columns) + Line(columns.Select(_ => "---")) + string.Concat(_rows.Select(Line));
        output.WriteLine(table);
        Directory.CreateDirectory(Programs.Artifacts);
        string name = title.Split(':')[0]; // what follows has figures in it, and differs from run to run
        string file = string.Concat(name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
        File.WriteAllText(Path.Combine(Programs.Artifacts, file + ".md"), table);
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";
}
