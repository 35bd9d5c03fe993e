namespace Muster.Protocols.Rest.Watch;

/// <summary>An instance that is no longer in what a watch shows, and why.</summary>
internal readonly record struct DepartedInstance(string Node, string Id, string Kind, string Cause);
