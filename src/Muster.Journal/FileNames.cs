using System.Globalization;

namespace Muster.Journal;

/// <summary>Names in the data directory: a sequence in 20 digits (so that they sort) and what the file is.</summary>
internal static class FileNames
{
    public const string Lock = "journal.lock";
    public const string TemporarySuffix = ".tmp";
    private const string LogSuffix = ".log";
    private const string SnapshotSuffix = ".snapshot";
    private const int Digits = 20;

    public static string Log(long firstSequence) => firstSequence.ToString("D20", CultureInfo.InvariantCulture) + LogSuffix;

    public static string Snapshot(long sequence) => sequence.ToString("D20", CultureInfo.InvariantCulture) + SnapshotSuffix;

    public static bool TryParseLog(string name, out long firstSequence) => TryParse(name, LogSuffix, out firstSequence);

    public static bool TryParseSnapshot(string name, out long sequence) => TryParse(name, SnapshotSuffix, out sequence);

    public static bool IsTemporary(string name) =>
        name.EndsWith(SnapshotSuffix + TemporarySuffix, StringComparison.Ordinal);

    private static bool TryParse(string name, string suffix, out long sequence)
    {
        sequence = 0;
        return name.Length == Digits + suffix.Length
            && name.EndsWith(suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
    }
}
