using System.Net;

namespace Muster.Checks.Network;

/// <summary>Where a probe may connect, in the order in which to try, or the reason why it may not.</summary>
internal readonly record struct ResolvedTarget(IReadOnlyList<IPEndPoint> EndPoints, string? Error)
{
    public static ResolvedTarget Failed(string error) => new([], error);
}
