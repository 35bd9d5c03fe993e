namespace Muster.Catalog;

/// <summary>What one command has changed in one service: pairs of an instance before and after, null where there is none.</summary>
internal sealed class ServiceEdits(ServiceEntry service)
{
    private readonly List<(Instance? Before, Instance? After)> _pairs = [];
    private readonly Dictionary<Instance, int> _byLast = new(ReferenceEqualityComparer.Instance);

    internal ServiceEntry Service { get; } = service;

    /// <summary>The index of the last change that readers can see.</summary>
    internal long Index { get; private set; }

    /// <summary>Whether readers can see any of it.</summary>
    internal bool IsVisible { get; private set; }

    /// <summary>Several changes of one instance are one.</summary>
    internal void Add(Instance? before, Instance? after, long index, bool isVisible)
    {
        IsVisible |= isVisible;
        Index = isVisible ? index : Index;
        if (before is not null && _byLast.Remove(before, out int at))
        {
            _pairs[at] = (_pairs[at].Before, after);
        }
        else
        {
            at = _pairs.Count;
            _pairs.Add((before, after));
        }

        if (after is not null)
        {
            _byLast[after] = at;
        }
    }

    /// <summary>The list of the service after these changes.</summary>
    /// <param name="present">The list before.</param>
    /// <param name="moved">Gets who came and who went.</param>
    internal Instance[] Apply(Instance[] present, List<Instance> moved)
    {
        var successors = new Dictionary<Instance, Instance?>(ReferenceEqualityComparer.Instance);
        var next = new List<Instance>(present.Length + _pairs.Count);
        foreach ((Instance? before, Instance? after) in _pairs)
        {
            if (before is not null)
            {
                successors[before] = after;
            }
            else if (after is not null)
            {
                next.Add(after);
                moved.Add(after);
            }
        }

        bool isSorted = next.Count == 0;
        foreach (Instance instance in present)
        {
            bool isTouched = successors.TryGetValue(instance, out Instance? successor);
            if (!isTouched || successor is not null)
            {
                next.Add(successor ?? instance);
            }
            else
            {
                moved.Add(instance);
            }
        }

        Instance[] instances = [.. next];
        if (!isSorted)
        {
            Array.Sort(instances, InstanceOrder.Compare);
        }

        return instances;
    }
}
