using System.Buffers;
using Muster.Client.Balancing;

namespace Muster.Client.Http;

/// <summary>
/// A target's URIs for one kind of request: the URIs that were rewritten last are kept, for building and parsing a new one costs
/// more than the whole rest of a discovered call.
/// </summary>
/// <remarks>Thread-safe: a slot is read and replaced as a whole, and a kept URI says itself which one it was made from.</remarks>
internal sealed class TargetUris(Target target, ServiceInstance instance, RequestTarget request, InstanceEndpoint? endpoint)
{
    private const int Slots = 16;
    private const int LongestKept = 512;

    /// <summary>Characters that no reading of a URI changes. Not the percent sign: what follows it may be decoded.</summary>
    private static readonly SearchValues<char> s_plain =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/?&=+,:;@!$*()");

    private static readonly UriCreationOptions s_asIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly Uri?[] _slots = new Uri?[Slots];

    public Target Target => target;

    public ServiceInstance Instance => instance;

    public RequestTarget Request => request;

    /// <summary>Null when the instance does not have what the requests ask for.</summary>
    public InstanceEndpoint? Endpoint => endpoint;

    /// <summary>The URI with scheme and authority of the target in place of its own.</summary>
    /// <param name="original">The caller's URI.</param>
    /// <param name="authorityEnd">Where its authority ends in <see cref="Uri.OriginalString"/>.</param>
    public Uri Rewrite(Uri original, int authorityEnd)
    {
        ReadOnlySpan<char> rest = original.OriginalString.AsSpan(authorityEnd);
        ref Uri? slot = ref _slots[SlotOf(rest)];
        Uri? kept = Volatile.Read(ref slot);
        string prefix = endpoint!.Value.Prefix;
        if (kept is not null && rest.SequenceEqual(kept.OriginalString.AsSpan(prefix.Length)))
        {
            return kept;
        }

        if (rest.ContainsAnyExcept(s_plain) || rest.Contains("/.", StringComparison.Ordinal))
        {
            // as the caller's URI reads it, which may differ from how a new one would
            return new Uri(string.Concat(prefix, original.PathAndQuery), s_asIs);
        }

        var uri = new Uri(string.Concat(prefix, rest));
        if (rest.Length <= LongestKept)
        {
            Volatile.Write(ref slot, uri);
        }

        return uri;
    }

    private static int SlotOf(ReadOnlySpan<char> rest) =>
        rest.IsEmpty ? 0 : (rest.Length + (rest[^1] * 7) + (rest[rest.Length / 2] * 31)) & (Slots - 1);
}
