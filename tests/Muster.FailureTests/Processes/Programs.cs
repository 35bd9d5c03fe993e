namespace Muster.FailureTests.Processes;

/// <summary>Where the programs are that the tests start, as the same build left them.</summary>
internal static class Programs
{
    private static readonly string s_bin = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));

    public static string Muster => Path.Combine(s_bin, "Muster.Server", "release", "muster");

    public static string Fleet => Path.Combine(s_bin, "Muster.TestFleet", "release", "Muster.TestFleet");

    /// <summary>Where figures are left.</summary>
    public static string Artifacts => Path.GetFullPath(Path.Combine(s_bin, "..", "failure-tests"));
}
