namespace Muster.Client.Directory;

/// <summary>Whether two descriptions of an instance say the same. Records compare maps by reference, so they cannot tell.</summary>
internal static class InstanceContent
{
    public static bool Same(ServiceInstance a, ServiceInstance b) => SameRegistration(a, b) && a.Health == b.Health && a.Weight == b.Weight;

    /// <summary>Whether they say the same but for what checks found, and the weight that goes with it.</summary>
    public static bool SameRegistration(ServiceInstance a, ServiceInstance b) =>
        ReferenceEquals(a, b)
        || (a.Id == b.Id
            && a.Node == b.Node
            && a.Address == b.Address
            && a.Port == b.Port
            && a.State == b.State
            && a.Epoch == b.Epoch
            && a.RegisteredAt == b.RegisteredAt
            && a.Region == b.Region
            && a.Zone == b.Zone
            && a.Service == b.Service
            && a.Tags.SequenceEqual(b.Tags)
            && Same(a.Ports, b.Ports)
            && Same(a.Metadata, b.Metadata));

    private static bool Same<T>(IReadOnlyDictionary<string, T> a, IReadOnlyDictionary<string, T> b)
        where T : IEquatable<T>
    {
        if (ReferenceEquals(a, b))
        {
            return true;
        }

        if (a.Count != b.Count)
        {
            return false;
        }

        foreach ((string key, T value) in a)
        {
            if (!b.TryGetValue(key, out T? other) || !value.Equals(other))
            {
                return false;
            }
        }

        return true;
    }
}
