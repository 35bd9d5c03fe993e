using System.Collections.Immutable;

namespace Muster.Client;

/// <summary>The instances of a service as they were known at one moment. Immutable; a change makes a new one.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Instances">All instances, also unhealthy and draining ones, ordered by node and id (ordinal).</param>
/// <param name="Revision">Grows by one with each new view of this service in this process; 0 before the first answer.</param>
/// <param name="Source">Where the list came from.</param>
public sealed record ServiceView(string Service, ImmutableArray<ServiceInstance> Instances, long Revision, ViewSource Source)
{
    /// <summary>True once the registry, or a snapshot on disk, has told about the service, even if it has no instance.</summary>
    public bool IsKnown => Source != ViewSource.None;

    /// <summary>The view before anything is known.</summary>
    public static ServiceView Unknown(string service) => new(service, [], 0, ViewSource.None);
}
