namespace Muster.Catalog;

/// <summary>An instance that is missed, until it is known whether a newcomer makes up for it.</summary>
/// <param name="Group">The number of its service and signal in this survey.</param>
/// <param name="Heard">When it was last heard of.</param>
/// <param name="Zone">Its zone's scope, if any.</param>
/// <param name="Owner">The scope of the server on whose node it is, if any.</param>
/// <param name="Count">How many of its leases or probes are missed.</param>
internal readonly record struct Silence(int Group, Moment Heard, Scope? Zone, Scope? Owner, int Count);
