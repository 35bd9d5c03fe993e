using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Muster.Journal;

/// <summary>What the runtime does not offer: fdatasync (no inode times written), and fsync of a directory.</summary>
internal static partial class NativeMethods
{
    public const int Interrupted = 4;
    public const int ReadOnly = 0;

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int SyncData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);
}
