using Muster.Model;

namespace Muster.Catalog;

/// <summary>Who left one service, as it was at one moment: the list goes on growing at its other end.</summary>
internal readonly record struct RemovalsExport(string Service, ServiceEntry Entry, Removal? Newest)
{
    /// <summary>Few enough that their texts, of which each may take some kilobytes, fit into a journal's record.</summary>
    private const int MostInRecord = 100;

    /// <summary>Writes records, the oldest removal first; at least one, which says since when the list is complete.</summary>
    internal void WriteTo(PackWriter writer, Action<ReadOnlySpan<byte>> write)
    {
        var removals = new Stack<Removal>();
        for (Removal? removal = Newest; removal is not null; removal = removal.Older)
        {
            removals.Push(removal);
        }

        // after the walk: what was forgotten meanwhile is not claimed
        long completeSince = Entry.RemovalsSince;
        do
        {
            int count = Math.Min(removals.Count, MostInRecord);
            ChangeCodec.StartRemovals(writer, Service, completeSince, count);
            for (int i = 0; i < count; i++)
            {
                ChangeCodec.WriteRemoval(writer, removals.Pop());
            }

            write(writer.Written);
        }
        while (removals.Count > 0);
    }
}
