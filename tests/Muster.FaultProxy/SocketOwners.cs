using System.Globalization;

namespace Muster.FaultProxy;

/// <summary>Which of some processes of this machine holds a TCP connection, after what Linux says under /proc.</summary>
internal static class SocketOwners
{
    private const int LocalAddress = 1, RemoteAddress = 2, Inode = 9;

    /// <summary>The process that dialed from one port of this machine to another, or null when none of them did.</summary>
    public static int? Find(int localPort, int remotePort, IReadOnlyCollection<int> processes)
    {
        if (FindInode(localPort, remotePort) is not { } inode)
        {
            return null;
        }

        string link = $"socket:[{inode}]";
        foreach (int process in processes)
        {
            if (Holds(process, link))
            {
                return process;
            }
        }

        return null;
    }

    private static string? FindInode(int localPort, int remotePort)
    {
        string local = ":" + localPort.ToString("X4", CultureInfo.InvariantCulture), remote = ":" + remotePort.ToString("X4", CultureInfo.InvariantCulture);
        foreach (string table in (string[])["/proc/net/tcp", "/proc/net/tcp6"])
        {
            foreach (string line in File.ReadLines(table))
            {
                string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields[LocalAddress].EndsWith(local, StringComparison.Ordinal) && fields[RemoteAddress].EndsWith(remote, StringComparison.Ordinal))
                {
                    return fields[Inode];
                }
            }
        }

        return null;
    }

    private static bool Holds(int process, string link)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{process}/fd").Any(descriptor => TargetOf(descriptor) == link);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // it has ended
        }
    }

    private static string? TargetOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            return null; // closed meanwhile
        }
    }
}
