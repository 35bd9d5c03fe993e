namespace Muster.Catalog;

/// <summary>
/// What differs between two lists of one service: pairs of an instance before and after, null where there is none. Both
/// lists are sorted alike, so it is one walk over the two. For <c>foreach</c>; nothing is allocated.
/// </summary>
public ref struct InstanceChanges
{
    private ReadOnlySpan<Instance> _before, _after;

    private InstanceChanges(ReadOnlySpan<Instance> before, ReadOnlySpan<Instance> after)
    {
        _before = before;
        _after = after;
    }

    /// <summary>The pair reached.</summary>
    public (Instance? Before, Instance? After) Current { get; private set; }

    /// <summary>The differences between two snapshots, or their absence.</summary>
    public static InstanceChanges Between(ServiceSnapshot? before, ServiceSnapshot? after) =>
        new(before is null ? [] : before.Instances, after is null ? [] : after.Instances);

    /// <summary>This, for <c>foreach</c>.</summary>
    public readonly InstanceChanges GetEnumerator() => this;

    /// <summary>Goes to the next difference.</summary>
    public bool MoveNext()
    {
        while (_before.Length > 0 || _after.Length > 0)
        {
            int order = _before.Length == 0 ? 1 : _after.Length == 0 ? -1
                : ReferenceEquals(_before[0], _after[0]) ? 0 : InstanceOrder.Compare(_before[0], _after[0]);
            Instance? before = order <= 0 ? _before[0] : null;
            Instance? after = order >= 0 ? _after[0] : null;
            _before = order <= 0 ? _before[1..] : _before;
            _after = order >= 0 ? _after[1..] : _after;
            if (!ReferenceEquals(before, after))
            {
                Current = (before, after);
                return true;
            }
        }

        return false;
    }
}
