using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Muster.Client.Directory;

/// <summary>Instances ordered by key, each key once. Not thread-safe.</summary>
internal sealed class InstanceList
{
    private readonly List<ServiceInstance> _items = [];

    public int Count => _items.Count;

    public ReadOnlySpan<ServiceInstance> Items => CollectionsMarshal.AsSpan(_items);

    /// <summary>The instance with the key, or null.</summary>
    public ServiceInstance? Find(InstanceKey key) => Find(Items, key);

    /// <summary>Adds an instance or takes the place of the one with its key.</summary>
    public void Set(ServiceInstance instance)
    {
        int at = Search(InstanceKey.Of(instance));
        if (at >= 0)
        {
            _items[at] = instance;
        }
        else
        {
            _items.Insert(~at, instance);
        }
    }

    /// <summary>Removes the instance with the key and returns it; null when there is none.</summary>
    public ServiceInstance? Remove(InstanceKey key)
    {
        int at = Search(key);
        if (at < 0)
        {
            return null;
        }

        ServiceInstance removed = _items[at];
        _items.RemoveAt(at);
        return removed;
    }

    public void Clear() => _items.Clear();

    /// <summary>Takes a list in any order; returns false, and is empty, when a key occurs twice.</summary>
    public bool TryFill(IReadOnlyList<ServiceInstance> instances)
    {
        _items.Clear();
        _items.AddRange(instances);
        _items.Sort(static (a, b) => InstanceKey.Of(a).CompareTo(InstanceKey.Of(b)));
        for (var i = 1; i < _items.Count; i++)
        {
            if (InstanceKey.Of(_items[i]) == InstanceKey.Of(_items[i - 1]))
            {
                _items.Clear();
                return false;
            }
        }

        return true;
    }

    /// <summary>This list and another that has none of its keys, in order.</summary>
    public ImmutableArray<ServiceInstance> With(InstanceList other)
    {
        if (other.Count == 0)
        {
            return [.. _items];
        }

        var both = new ServiceInstance[Count + other.Count];
        _items.CopyTo(both);
        other._items.CopyTo(both, Count);
        Array.Sort(both, static (a, b) => InstanceKey.Of(a).CompareTo(InstanceKey.Of(b)));
        return ImmutableCollectionsMarshal.AsImmutableArray(both);
    }

    /// <summary>Whether these instances are this list and another, and nothing else; all are in order.</summary>
    public bool IsWith(InstanceList other, ReadOnlySpan<ServiceInstance> both)
    {
        var here = 0;
        var there = 0;
        foreach (ServiceInstance instance in both)
        {
            if (here < Count && ReferenceEquals(_items[here], instance))
            {
                here++;
            }
            else if (there < other.Count && ReferenceEquals(other._items[there], instance))
            {
                there++;
            }
            else
            {
                return false;
            }
        }

        return here == Count && there == other.Count;
    }

    /// <summary>The instance with the key among instances in order, or null.</summary>
    public static ServiceInstance? Find(ReadOnlySpan<ServiceInstance> ordered, InstanceKey key) =>
        Search(ordered, key) is >= 0 and var at ? ordered[at] : null;

    private int Search(InstanceKey key) => Search(Items, key);

    private static int Search(ReadOnlySpan<ServiceInstance> ordered, InstanceKey key)
    {
        var low = 0;
        int high = ordered.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = InstanceKey.Of(ordered[middle]).CompareTo(key);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ~low;
    }
}
