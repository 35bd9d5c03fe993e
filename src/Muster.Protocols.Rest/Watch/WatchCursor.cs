using System.Globalization;

namespace Muster.Protocols.Rest.Watch;

/// <summary>
/// What a reader keeps of a service: on which line of indexes, up to which index and by which question it knows the
/// instances. Opaque to clients, so its form may change.
/// </summary>
internal readonly record struct WatchCursor(string Lineage, long Index, string Tag)
{
    /// <summary>The longest text that may be one.</summary>
    public const int Longest = 100;

    /// <inheritdoc />
    public override string ToString() =>
        Tag.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"{Lineage}.{Index}") : string.Create(CultureInfo.InvariantCulture, $"{Lineage}.{Index}.{Tag}");

    public static bool TryParse(string text, out WatchCursor cursor)
    {
        cursor = default;
        string[] parts = text.Length <= Longest ? text.Split('.') : [];
        if (parts.Length is not (2 or 3) || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long index))
        {
            return false;
        }

        cursor = new WatchCursor(parts[0], index, parts.Length == 3 ? parts[2] : "");
        return true;
    }
}
