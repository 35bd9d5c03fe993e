using Muster.Model;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>A check body that stands by itself, in the model's words.</summary>
/// <param name="Check">The check.</param>
/// <param name="ServiceId">The instance it belongs to, empty for a check of the node.</param>
/// <param name="HasStatus">The body names a status; without one a check that exists keeps its own.</param>
/// <param name="HasToken">The body brought a token, which guards nothing yet.</param>
public sealed record CheckRegistration(CheckDefinition Check, string ServiceId, bool HasStatus, bool HasToken);
