namespace Muster.Client.Directory;

/// <summary>The registry's word that an instance left.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Kind">How: <c>deregistered</c>, <c>expired</c>, <c>replaced</c>, <c>filtered</c> or <c>unknown</c>.</param>
/// <param name="Cause">Why, in words.</param>
/// <param name="At">When, by the registry's clock; null when it did not say.</param>
internal sealed record Removal(InstanceKey Key, string Kind, string Cause, DateTimeOffset? At)
{
    /// <summary>
    /// Whether this explains that <paramref name="instance"/> is gone: somebody or something removed it, the cause is named,
    /// and it is not the end of an earlier life of the same id.
    /// </summary>
    public bool Explains(ServiceInstance instance) =>
        Kind is "deregistered" or "expired" or "replaced"
        && Cause.Length > 0
        && Key == InstanceKey.Of(instance)
        && !(At < instance.RegisteredAt);

    /// <summary>The latest removal of each instance.</summary>
    public static Dictionary<InstanceKey, Removal> LatestOfEach(IReadOnlyList<Removal> removals)
    {
        var latest = new Dictionary<InstanceKey, Removal>(removals.Count);
        foreach (Removal removal in removals)
        {
            if (!latest.TryGetValue(removal.Key, out Removal? other) || !(removal.At < other.At))
            {
                latest[removal.Key] = removal;
            }
        }

        return latest;
    }
}
