using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Muster.Journal;

/// <summary>A file on disk, read and written by offset.</summary>
internal sealed class FileJournalFile(FileStream stream) : IJournalFile
{
    private readonly SafeFileHandle _handle = stream.SafeFileHandle;

    public long Length => RandomAccess.GetLength(_handle);

    public int Read(long offset, Span<byte> destination)
    {
        int total = 0;
        while (total < destination.Length)
        {
            int read = RandomAccess.Read(_handle, destination[total..], offset + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(_handle, bytes, offset);

    public void Sync()
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(_handle);
            return;
        }

        while (NativeMethods.SyncData(_handle) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != NativeMethods.Interrupted)
            {
                throw new IOException($"fdatasync of {stream.Name} failed: {Marshal.GetPInvokeErrorMessage(error)}", error);
            }
        }
    }

    public void SetLength(long length) => RandomAccess.SetLength(_handle, length);

    public void Dispose() => stream.Dispose();
}
