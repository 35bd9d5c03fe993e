namespace Muster.Client.Tests.DiskSnapshots;

/// <summary>A path in a folder of its own that goes away.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("muster-client-");

    public string Path => System.IO.Path.Combine(_folder.FullName, "lists");

    /// <summary>All files in the folder, by name.</summary>
    public IEnumerable<string> Neighbours => _folder.EnumerateFiles().Select(file => file.Name);

    public void Dispose() => _folder.Delete(recursive: true);
}
