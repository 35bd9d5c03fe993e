namespace Muster.Catalog;

/// <summary>A hold began or ended.</summary>
/// <param name="Number">Counts events from 1.</param>
/// <param name="Time">When, by the wall clock.</param>
/// <param name="Began">True for a beginning, false for an end.</param>
/// <param name="Scope">The scope.</param>
/// <param name="Signal">What is, or was, missed.</param>
/// <param name="Text">Why, in words.</param>
public sealed record PreservationEvent(long Number, DateTimeOffset Time, bool Began, string Scope, PreservationSignal Signal, string Text);
