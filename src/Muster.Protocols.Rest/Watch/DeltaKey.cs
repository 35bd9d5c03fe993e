namespace Muster.Protocols.Rest.Watch;

/// <summary>A step that watches go: a service from one index to another, in one shape.</summary>
/// <param name="Service">The service's name as the readers write it.</param>
/// <param name="From">The index they know.</param>
/// <param name="To">The index they are to know.</param>
/// <param name="Shape">See <see cref="WatchShape.Key"/>.</param>
/// <param name="Resumes">Whether it is the first step of a reader that came back.</param>
internal readonly record struct DeltaKey(string Service, long From, long To, string Shape, bool Resumes);
