namespace Muster.Catalog;

/// <summary>Counts what becomes of the facts of one batch.</summary>
internal sealed class MergeTally(List<ulong>? newerHere)
{
    private int _older, _refuted;

    internal int Applied { get; set; }

    internal int Same { get; set; }

    internal int Refused { get; set; }

    internal int TooFarAhead { get; set; }

    internal MergeSummary Summary => new(Applied, Same, _older, _refuted, Refused, TooFarAhead);

    internal void CountOlder(ulong key)
    {
        _older++;
        newerHere?.Add(key);
    }

    internal void CountRefuted(ulong key)
    {
        _refuted++;
        newerHere?.Add(key);
    }

    /// <summary>Both sides may know something newer.</summary>
    internal void CountStatuses(bool isNewerThere, bool isNewerHere, ulong key)
    {
        if (isNewerThere)
        {
            Applied++;
        }
        else if (isNewerHere)
        {
            _older++;
        }
        else
        {
            Same++;
        }

        if (isNewerHere)
        {
            newerHere?.Add(key);
        }
    }
}
