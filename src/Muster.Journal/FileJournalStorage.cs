using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Muster.Journal;

/// <summary>A journal's files in a directory of the file system, readable by their owner only.</summary>
public sealed class FileJournalStorage : IJournalStorage
{
    private readonly string _directory;

    /// <summary>Uses <paramref name="directory"/>, creating it if needed.</summary>
    public FileJournalStorage(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        _directory = Path.GetFullPath(directory);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_directory);
        }
        else
        {
            Directory.CreateDirectory(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <inheritdoc/>
    public IDisposable AcquireLock()
    {
        string path = Path.Combine(_directory, FileNames.Lock);
        try
        {
            // FileShare.None is flock(LOCK_EX) on Unix: the kernel drops it with the process, so a stale file locks nobody out.
            var stream = new FileStream(path, Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            stream.SetLength(0);
            stream.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            stream.Flush();
            return stream;
        }
        catch (IOException cause) when (cause is not (PathTooLongException or DirectoryNotFoundException or FileNotFoundException)
            && IsLocked(path))
        {
            throw new JournalInUseException(_directory, ReadOwner(path), cause);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List() =>
        [.. Directory.EnumerateFiles(_directory).Select(static path => Path.GetFileName(path))];

    /// <inheritdoc/>
    public IJournalFile Create(string name) => OpenFile(name, FileMode.Create);

    /// <inheritdoc/>
    public IJournalFile Open(string name) => OpenFile(name, FileMode.Open);

    /// <inheritdoc/>
    public void Rename(string from, string to) =>
        File.Move(Path.Combine(_directory, from), Path.Combine(_directory, to), overwrite: true);

    /// <inheritdoc/>
    public void Delete(string name) => File.Delete(Path.Combine(_directory, name));

    /// <inheritdoc/>
    public void SyncDirectory()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = NativeMethods.Open(_directory, NativeMethods.ReadOnly);
        if (descriptor < 0)
        {
            throw LastError("open");
        }

        try
        {
            if (NativeMethods.Sync(descriptor) != 0)
            {
                throw LastError("fsync");
            }
        }
        finally
        {
            _ = NativeMethods.Close(descriptor);
        }
    }

    private static bool IsLocked(string path)
    {
        try
        {
            using var probe = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return File.Exists(path);
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? ReadOwner(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null; // the owner's lock keeps readers out
        }

        // Past the runtime, which would ask for a shared lock and not get it.
        using var handle = new SafeFileHandle(NativeMethods.Open(path, NativeMethods.ReadOnly), ownsHandle: true);
        Span<byte> owner = stackalloc byte[16];
        int length = handle.IsInvalid ? 0 : RandomAccess.Read(handle, owner, 0);
        return length == 0 ? null : Encoding.ASCII.GetString(owner[..length]);
    }

    private static FileStreamOptions Options(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private FileJournalFile OpenFile(string name, FileMode mode)
    {
        string path = Path.Combine(_directory, name);
        return new FileJournalFile(new FileStream(path, Options(mode, FileAccess.ReadWrite, FileShare.Read)));
    }

    private IOException LastError(string call)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of the directory {_directory} failed: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }
}
