namespace Muster.Catalog;

/// <summary>All instances of one service at one index. Immutable, but for the memoized answers that hang on it.</summary>
public sealed class ServiceSnapshot
{
    private readonly Instance[] _instances;

    internal ServiceSnapshot(string name, long index, Instance[] instances)
    {
        Name = name;
        Index = index;
        _instances = instances;
    }

    /// <summary>The service's name, as first registered.</summary>
    public string Name { get; }

    /// <summary>The service's index: what <c>X-Consul-Index</c> shows.</summary>
    public long Index { get; }

    /// <summary>The instances, sorted by node name without case, then by id. Never empty.</summary>
    public ReadOnlySpan<Instance> Instances => _instances;

    internal Instance[] InstanceArray => _instances;

    internal MemoSlots Memos;

    internal bool Superseded;
}
