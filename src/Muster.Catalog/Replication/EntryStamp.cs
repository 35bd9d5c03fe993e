namespace Muster.Catalog;

/// <summary>What two servers compare of one entry.</summary>
/// <param name="Key">The entry's key: the same on every server.</param>
/// <param name="Stamp">A hash of the key and of all versions of the entry: equal stamps are equal entries.</param>
public readonly record struct EntryStamp(ulong Key, ulong Stamp);
