using Muster.Model;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>A service body in the model's words.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Checks">Its checks, ids unique.</param>
/// <param name="HasToken">The body brought a token, which guards nothing yet.</param>
public sealed record ServiceRegistration(InstanceDefinition Instance, IReadOnlyList<CheckDefinition> Checks, bool HasToken)
{
    /// <summary>The proxy to register along with the instance; its port is 0 when it has to be found.</summary>
    public ServiceRegistration? Sidecar { get; init; }
}
