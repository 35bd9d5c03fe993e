namespace Muster.Catalog;

/// <summary>One summand of a <see cref="StalenessBudget"/>.</summary>
/// <param name="Name">A short name, such as <c>ttl</c>.</param>
/// <param name="Seconds">How much it adds.</param>
/// <param name="Meaning">What it is, in a sentence.</param>
public sealed record StalenessTerm(string Name, double Seconds, string Meaning);
