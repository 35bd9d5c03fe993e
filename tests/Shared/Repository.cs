namespace Muster.Testing;

/// <summary>The repository that the tests were built from, for those that compare code with documents.</summary>
internal static class Repository
{
    /// <summary>The path of a file in it.</summary>
    public static string PathOf(params string[] parts)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Muster.slnx")))
        {
            root = Path.GetDirectoryName(root) ?? throw new DirectoryNotFoundException("Muster.slnx");
        }

        return Path.Combine([root, .. parts]);
    }
}
