namespace Muster.Client.DiskSnapshots;

/// <summary>Reads the file whole, and replaces it in one step: a crash leaves the old file or the new one, never half of one.</summary>
internal sealed class SnapshotFile(string path, long maxBytes)
{
    private readonly string _temporary = $"{path}.{Environment.ProcessId}.tmp";

    public string Path => path;

    /// <summary>The file's bytes; empty with the outcome in words when they cannot be had.</summary>
    public byte[] Read(out string? fault)
    {
        fault = null;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > maxBytes)
            {
                fault = "too_large";
                return [];
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            fault = "missing";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            fault = "unreadable";
        }

        return [];
    }

    /// <summary>Replaces the file; throws what the file system throws.</summary>
    public void Replace(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > maxBytes)
        {
            throw new IOException($"The snapshot would take {bytes.Length} bytes, and {maxBytes} are allowed (Snapshot.MaxBytes).");
        }

        if (System.IO.Path.GetDirectoryName(path) is { Length: > 0 } directory)
        {
            System.IO.Directory.CreateDirectory(directory);
        }

        using (var file = new FileStream(_temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(_temporary, path, overwrite: true);
    }
}
