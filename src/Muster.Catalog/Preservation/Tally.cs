namespace Muster.Catalog;

/// <summary>What a survey counts of one signal in one scope.</summary>
internal struct Tally
{
    /// <summary>How many should be heard of, and those lost within the window.</summary>
    internal int Expected;

    /// <summary>How many of them are missing and nobody makes up for them.</summary>
    internal int Missed;

    /// <summary>How many are due: gone or critical but for a hold.</summary>
    internal int Due;
}
