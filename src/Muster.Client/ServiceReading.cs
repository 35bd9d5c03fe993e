namespace Muster.Client;

/// <summary>A list and how far it can be trusted, read as one: the freshness is that of this very list.</summary>
/// <param name="View">The list.</param>
/// <param name="Freshness">How far it can be trusted to be current.</param>
public readonly record struct ServiceReading(ServiceView View, Freshness Freshness);
