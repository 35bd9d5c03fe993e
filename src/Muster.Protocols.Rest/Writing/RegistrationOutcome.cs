namespace Muster.Protocols.Rest.Writing;

/// <summary>What became of a registration.</summary>
/// <param name="Failure">Why it was refused, null when it was not.</param>
/// <param name="Node">The node it is on.</param>
/// <param name="IsNew">Whether the instance was not there before.</param>
/// <param name="Sequence">What to await before acknowledging it.</param>
internal readonly record struct RegistrationOutcome(Failure? Failure, string Node, bool IsNew, long Sequence);
