using Muster.Model;

namespace Muster.Catalog;

// Records of who left a service, and of the runs of the server.
public sealed partial class Catalog
{
    /// <summary>The entry of a service; a new one knows who left since <paramref name="completeSince"/>.</summary>
    private ServiceEntry LoadEntry(string service, long completeSince)
    {
        if (!_services.TryGetValue(service, out ServiceEntry? entry))
        {
            entry = AddEntry(service);
            entry.BeginRemovals(completeSince);
        }

        return entry;
    }

    private bool LoadRuns(ref PackReader reader)
    {
        RunHistory runs = ChangeCodec.ReadRuns(ref reader);
        _loadedRuns = reader.Failed ? _loadedRuns : runs;
        return !reader.Failed;
    }

    private bool LoadRemovals(ref PackReader reader)
    {
        ServiceEntry service = LoadEntry(reader.Text(), 0);
        service.BeginRemovals(reader.Number());
        for (int left = reader.Count(); left > 0 && !reader.Failed; left--)
        {
            Remember(
                service, reader.Text(), reader.Text(), (RemovalKind)reader.Byte(), reader.Text(),
                DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, reader.Number())), reader.Number());
        }

        return !reader.Failed;
    }

    /// <summary>
    /// The indexes of this run follow those that were kept. A node's departure is several records of one index, so the
    /// last removal on the disk may not be all of its index.
    /// </summary>
    private void BeginHistory()
    {
        _runs = _loadedRuns is null ? _runs with { Floor = _index } : _loadedRuns.Continue(_endsInRemoval ? _highestLoaded - 1 : _highestLoaded, _index);
        (RemovalHistory History, long Seconds)[] byAge = [.. _removals.OrderBy(removal => removal.Seconds)];
        _removals.Clear();
        foreach ((RemovalHistory History, long Seconds) removal in byAge)
        {
            _removals.Enqueue(removal);
        }
    }

    private static DateTimeOffset TimeOf(EntryVersion version) => DateTimeOffset.FromUnixTimeMilliseconds(version.Clock / 1000);
}
