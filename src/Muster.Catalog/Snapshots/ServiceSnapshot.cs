namespace Muster.Catalog;

/// <summary>All instances of one service at one index. Immutable, but for the memoized answers that hang on it.</summary>
public sealed class ServiceSnapshot
{
    private readonly Instance[] _instances;
    private Lock? _encoding, _encodingRecords;

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

    /// <summary>
    /// Held by who encodes an answer: one for DNS, whose threads serve all their callers in turn and so wait for no other dialect's long
    /// lists, and one for the others. Made when first needed: most snapshots are never asked for.
    /// </summary>
    internal Lock EncodingOf(MemoSlot slot)
    {
        ref Lock? gate = ref slot == MemoSlot.Dns ? ref _encodingRecords : ref _encoding;
        return Volatile.Read(ref gate) ?? Interlocked.CompareExchange(ref gate, new Lock(), null) ?? gate;
    }

    /// <summary>
    /// For each instance here the position at which the very same object stands in an earlier snapshot, or -1. Both are
    /// sorted alike, so it is one walk over the two.
    /// </summary>
    public void FindIn(ServiceSnapshot earlier, Span<int> positions)
    {
        Instance[] old = earlier._instances;
        int at = 0;
        for (int i = 0; i < _instances.Length; i++)
        {
            Instance instance = _instances[i];
            while (at < old.Length && !ReferenceEquals(old[at], instance) && InstanceOrder.Compare(old[at], instance) < 0)
            {
                at++;
            }

            positions[i] = at < old.Length && ReferenceEquals(old[at], instance) ? at : -1;
        }
    }

    internal MemoSlots Memos;

    internal InheritedMemos? Inherited;

    internal bool Superseded;
}
