namespace Muster.Catalog;

// Cursors: whether an index that a reader kept still says what it knows.
public sealed partial class Catalog
{
    private RunHistory _runs;
    private RunHistory? _loadedRuns;

    /// <summary>
    /// Names the line of indexes this catalog counts in: an index of another line says nothing here. A line goes on as long
    /// as the journal does.
    /// </summary>
    public string Lineage => _runs.Lineage;

    /// <summary>
    /// Whether everything that changed in a service after an index of this lineage can be told: what came or changed has a
    /// higher <see cref="Instance.ChangeIndex"/>, what left is in <see cref="RemovalsOf"/>. Ask after reading both.
    /// </summary>
    public bool KnowsSince(ReadOnlySpan<char> service, long index) => _runs.Keeps(index)
        && (_servicesByText.TryGetValue(service, out ServiceEntry? entry)
            ? entry.RemovalsSince <= index
            : Volatile.Read(ref _extinction) <= index); // nobody has gone since, so a name without instances had none then

    private static string LineageOf(DateTimeOffset now, long chance)
    {
        const string Letters = "0123456789abcdefghjkmnpqrstvwxyz";
        ulong bits = (ulong)now.UtcTicks * 0x9E3779B97F4A7C15 ^ (ulong)chance;
        return string.Create(12, bits, static (text, left) =>
        {
            foreach (ref char letter in text)
            {
                letter = Letters[(int)(left & 31)];
                left >>= 5;
            }
        });
    }
}
