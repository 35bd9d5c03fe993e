namespace Muster.Client.Registration;

/// <summary>How a write ended.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Detail">In words, for people; empty when it was done.</param>
/// <param name="CurrentEpoch">With <see cref="WriteResult.StaleEpoch"/>: the epoch the registry knows; 0 when it did not say.</param>
/// <param name="RetryAfter">How long the registry asked to be left alone.</param>
internal readonly record struct WriteOutcome(WriteResult Result, string Detail = "", long CurrentEpoch = 0, TimeSpan RetryAfter = default);
