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

        var made = new TargetUris(this, instance, request, InstanceEndpoint.Of(instance, request));

        // two threads may do this at once: one of the results is lost, and made again
        _uris = [made, .. known.Where(uris => ReferenceEquals(uris.Instance, instance)).Take(MostUris - 1)];
        return made;
    }
}
