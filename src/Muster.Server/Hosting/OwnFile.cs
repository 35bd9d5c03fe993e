namespace Muster.Server.Hosting;

/// <summary>A small file in the data directory that only the server's user may read, always replaced as a whole.</summary>
internal static class OwnFile
{
    /// <summary>Writes beside the file and moves it over: a crash leaves the old content or the new one.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string draft = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(draft, options))
        {
            file.Write(content);
        }

        File.Move(draft, path, overwrite: true);
    }
}
