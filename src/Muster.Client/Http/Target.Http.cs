using Muster.Client.Http;

namespace Muster.Client.Balancing;

/// <content>The URIs of the target's endpoints.</content>
public sealed partial class Target
{
    /// <summary>An application asks one service in one or two ways; more are not kept.</summary>
    private const int MostUris = 8;

    private volatile TargetUris[] _uris = [];

    /// <summary>The URIs for requests of this kind.</summary>
    internal TargetUris UrisFor(RequestTarget request)
    {
        TargetUris[] known = _uris;
        ServiceInstance instance = _instance;
        foreach (TargetUris uris in known)
        {
            if (ReferenceEquals(uris.Instance, instance) && uris.Request == request)
            {
                return uris;
            }
        }

        return AddUris(new TargetUris(this, instance, request, InstanceEndpoint.Of(instance, request)));
    }

    /// <remarks>Two threads may do this at once: what one of them adds is lost, and made again when it is missed.</remarks>
    private TargetUris AddUris(TargetUris made)
    {
        _uris = [made, .. _uris.Where(uris => ReferenceEquals(uris.Instance, made.Instance)).Take(MostUris - 1)];
        return made;
    }
}
