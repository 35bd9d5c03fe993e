namespace Muster.FunctionalTests;

public sealed class MetricsTests
{
    private const string Heading = "# TYPE muster_";

    [Fact]
    public async Task Metrics_OfTheServer_StandInTheReference()
    {
        using var folder = new TemporaryDirectory();
        await using RunningAgent agent = await RunningAgent.StartAsync($"-data-dir={folder.Path}", "-server", "-bootstrap");
        string metrics = await agent.GetAsync("/metrics");
        string[] shown = [.. metrics.Split('\n').Where(line => line.StartsWith(Heading, StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];
        Assert.InRange(shown.Length, 20, int.MaxValue);

        HashSet<string> documented = [];
        foreach (string page in (string[])["metrics.md", "dns.md", "checks.md"])
        {
            string text = await File.ReadAllTextAsync(Repository.PathOf("docs", "reference", page), TestContext.Current.CancellationToken);
            documented.UnionWith(text.Split('`').Where(part => part.StartsWith("muster.", StringComparison.Ordinal)).Select(name => name.Replace('.', '_')));
        }

        Assert.All(shown, name => Assert.Contains(WithoutUnit(name, documented), documented));
    }

    /// <summary>Takes off what Prometheus' spelling adds, if it does: a name may end in its unit itself.</summary>
    private static string WithoutUnit(string name, HashSet<string> documented)
    {
        foreach (string suffix in (string[])["_total", "_bytes", "_seconds"])
        {
            bool isAdded = name.EndsWith(suffix, StringComparison.Ordinal) && !documented.Contains(name);
            name = isAdded ? name[..^suffix.Length] : name;
        }

        return name;
    }
}
