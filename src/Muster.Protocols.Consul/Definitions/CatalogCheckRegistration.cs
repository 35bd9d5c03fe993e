using Muster.Model;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>A check of a catalog registration in the model's words.</summary>
/// <param name="ServiceId">The instance it belongs to, null for a check of the node.</param>
/// <param name="Definition">The check; nobody here runs it.</param>
/// <param name="Status">The status found.</param>
/// <param name="Output">What was found.</param>
internal sealed record CatalogCheckRegistration(string? ServiceId, CheckDefinition Definition, HealthStatus Status, string Output);
