namespace Muster.Client.Directory;

/// <summary>What makes an instance the same one: its node and its id.</summary>
internal readonly record struct InstanceKey(string Node, string Id) : IComparable<InstanceKey>
{
    public static InstanceKey Of(ServiceInstance instance) => new(instance.Node, instance.Id);

    public int CompareTo(InstanceKey other)
    {
        int byNode = string.CompareOrdinal(Node, other.Node);
        return byNode != 0 ? byNode : string.CompareOrdinal(Id, other.Id);
    }
}
