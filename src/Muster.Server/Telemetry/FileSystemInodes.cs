using System.Runtime.InteropServices;

namespace Muster.Server.Telemetry;

/// <summary>How many files a file system can hold, which .NET does not tell.</summary>
internal static partial class FileSystemInodes
{
    // In glibc's and musl's statvfs on 64-bit Linux every field up to these is eight bytes long: sizes of a block and a
    // fragment, blocks (all, free, available), files (all, free).
    private const int FilesAt = 5, FilesFreeAt = 6, Fields = 32;

    /// <summary>All and free ones; zeros where that is unknown.</summary>
    public static (long Total, long Free) Of(string path)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            return (0, 0);
        }

        long[] fields = new long[Fields];
        try
        {
            return StatVfs(path, fields) == 0 ? (fields[FilesAt], fields[FilesFreeAt]) : (0, 0);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return (0, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "statvfs", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatVfs(string path, long[] fields);
}
