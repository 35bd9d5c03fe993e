using Muster.Client.Balancing;

namespace Muster.Client.Http;

/// <summary>What a request tells the <see cref="DiscoveryHandler"/>, and what the handler leaves on it for the next attempt.</summary>
public static class DiscoveryRequest
{
    private static readonly HttpRequestOptionsKey<ulong> s_stickyKey = new("Muster.StickyKey");
    private static readonly HttpRequestOptionsKey<bool> s_replayable = new("Muster.Replayable");
    private static readonly HttpRequestOptionsKey<IReadOnlyList<Target>> s_tried = new("Muster.Tried");

    // reading the options of a request that has none would make some, a hundred bytes for each call
    private static volatile bool s_areUsed;

    /// <summary>
    /// Requests with the same key go to the same instance, as far as the service's policy (<c>consistent_hash</c>) and the
    /// instances' health allow.
    /// </summary>
    public static void SetStickyKey(this HttpRequestMessage request, ReadOnlySpan<char> key) => SetStickyKey(request, StickyKey.Hash(key));

    /// <summary>As <see cref="SetStickyKey(HttpRequestMessage, ReadOnlySpan{char})"/>, with the key's hash by <see cref="StickyKey"/>.</summary>
    public static void SetStickyKey(this HttpRequestMessage request, ulong keyHash) => Set(request, s_stickyKey, keyHash);

    /// <summary>
    /// Says whether the request may be sent twice, whatever its method and content: true for a POST that carries an idempotency
    /// key, false for a GET that has effects. Content that is read from a stream must allow it to be read again.
    /// </summary>
    public static void SetReplayable(this HttpRequestMessage request, bool replayable) => Set(request, s_replayable, replayable);

    /// <summary>
    /// The instances that failed this request already. Kept on the request, so that whoever sends it again (a resilience handler)
    /// reaches another one.
    /// </summary>
    public static IReadOnlyList<Target> GetTriedTargets(this HttpRequestMessage request) => Tried(request) ?? [];

    internal static IReadOnlyList<Target>? Tried(HttpRequestMessage request) =>
        s_areUsed && request.Options.TryGetValue(s_tried, out IReadOnlyList<Target>? tried) ? tried : null;

    internal static void AddTried(HttpRequestMessage request, Target target) => Set(request, s_tried, [.. Tried(request) ?? [], target]);

    internal static ulong StickyKeyOf(HttpRequestMessage request) =>
        s_areUsed && request.Options.TryGetValue(s_stickyKey, out ulong key) ? key : 0;

    internal static bool? SaysReplayable(HttpRequestMessage request) =>
        s_areUsed && request.Options.TryGetValue(s_replayable, out bool replayable) ? replayable : null;

    private static void Set<T>(HttpRequestMessage request, HttpRequestOptionsKey<T> key, T value)
    {
        ArgumentNullException.ThrowIfNull(request);
        s_areUsed = true;
        request.Options.Set(key, value);
    }
}
