using Muster.Model;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>A service body in the model's words.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Checks">Its checks, ids unique.</param>
public sealed record ServiceRegistration(InstanceDefinition Instance, IReadOnlyList<CheckDefinition> Checks);
