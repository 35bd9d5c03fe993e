using Microsoft.Extensions.Logging;
using Muster.Client.Directory;

namespace Muster.Client.Streaming;

/// <summary>What the loops of one client share.</summary>
internal sealed record FollowContext(
    RegistryHttp Http,
    ServiceDirectory Directory,
    WatchOptions Options,
    LookupSettings Lookup,
    Random Random,
    ClientMetrics Metrics,
    ILogger Log)
{
    public TimeProvider Time => Lookup.Time;

    public TimeSpan Now => Lookup.Now;
}
