using System.Globalization;

namespace Muster.Server.Admission;

/// <summary>
/// How many connections the process has room for. Out of descriptors it could not even accept a connection to refuse
/// it, nor open its journal's next file.
/// </summary>
internal static class OpenFiles
{
    private const string LimitsFile = "/proc/self/limits";
    private const string Line = "Max open files";
    private const int Unknown = 65_536;
    private const int Reserve = 256;

    /// <summary>The process's limit of open files less a reserve for its own.</summary>
    public static int RoomForConnections() =>
        RoomWithin(File.Exists(LimitsFile) ? File.ReadLines(LimitsFile) : []);

    /// <summary>As <see cref="RoomForConnections"/>, for the lines of the kernel's table.</summary>
    internal static int RoomWithin(IEnumerable<string> table)
    {
        string? line = table.FirstOrDefault(static line => line.StartsWith(Line, StringComparison.Ordinal));
        string soft = line?[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
        int files = int.TryParse(soft, CultureInfo.InvariantCulture, out int limit) ? limit : Unknown;
        return Math.Max(files - Reserve, files / 2);
    }
}
