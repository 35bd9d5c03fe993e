namespace Muster.Simulation;

/// <summary>The seeds of <c>failing-seeds.txt</c>, as written there.</summary>
internal static class FailingSeeds
{
    public static IReadOnlyList<string> All
    {
        get
        {
            using Stream list = typeof(FailingSeeds).Assembly.GetManifestResourceStream("failing-seeds.txt")!;
            using var reader = new StreamReader(list);
            return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Where(line => line[0] != '#').Select(line => line.Split(' ')[0])];
        }
    }
}
