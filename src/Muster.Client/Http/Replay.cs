using System.Net.Http.Json;

namespace Muster.Client.Http;

/// <summary>Whether a request can be sent a second time, and whether it may.</summary>
internal static class Replay
{
    /// <summary>Whether it may go to another instance after an attempt that ended so.</summary>
    public static bool IsAllowed(HttpRequestMessage request, RetriedMethods methods, bool wasSent) =>
        IsPossible(request) && (!wasSent || IsRepeatable(request, methods));

    private static bool IsPossible(HttpRequestMessage request) =>
        request.Content is null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent
        || DiscoveryRequest.SaysReplayable(request) == true;

    private static bool IsRepeatable(HttpRequestMessage request, RetriedMethods methods) =>
        DiscoveryRequest.SaysReplayable(request) ?? IsIn(methods, request.Method);

    private static bool IsIn(RetriedMethods methods, HttpMethod method) => methods switch
    {
        RetriedMethods.None => false,
        RetriedMethods.Safe => IsSafe(method),
        _ => IsSafe(method) || method == HttpMethod.Put || method == HttpMethod.Delete,
    };

    private static bool IsSafe(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options || method == HttpMethod.Trace || method == HttpMethod.Query;
}
