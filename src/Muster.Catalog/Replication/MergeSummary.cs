namespace Muster.Catalog;

/// <summary>What became of a batch of facts from a peer.</summary>
/// <param name="Applied">Were newer, and are in effect.</param>
/// <param name="Same">Said what was known.</param>
/// <param name="Older">Lost against what is here.</param>
/// <param name="Refuted">Expired something that this server knows to be alive, and were answered with a newer version.</param>
/// <param name="Refused">Could not be understood or are too large; passed over.</param>
/// <param name="TooFarAhead">Carry a version of a clock too far ahead; passed over.</param>
public readonly record struct MergeSummary(int Applied, int Same, int Older, int Refuted, int Refused, int TooFarAhead);
