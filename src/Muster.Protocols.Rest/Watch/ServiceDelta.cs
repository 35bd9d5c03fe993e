using Muster.Catalog;

namespace Muster.Protocols.Rest.Watch;

/// <summary>What happened to a service from one moment to another, as the readers of one question see it.</summary>
internal sealed class ServiceDelta
{
    private ServiceDelta()
    {
    }

    /// <summary>What came or changed, in the order of the list.</summary>
    public List<Instance> Changed { get; } = [];

    /// <summary>What is to be taken off the list; to remove what is not there is no error.</summary>
    public List<DepartedInstance> Removed { get; } = [];

    public bool IsEmpty => Changed.Count == 0 && Removed.Count == 0;

    /// <summary>From a list that the watch has shown itself.</summary>
    public static ServiceDelta Between(ServiceSnapshot? before, long index, ServiceSnapshot? after, RemovalHistory? removals, ServiceFilter filter)
    {
        var delta = new ServiceDelta();
        List<Instance>? gone = null;
        foreach ((Instance? old, Instance? present) in InstanceChanges.Between(before, after))
        {
            bool isKnown = old is not null && filter.Accepts(old);

            // A node that left and came back in other letters: to readers, who take names as they are, it is another one.
            bool isGone = present is null || (old is not null && old.Node.Name != present.Node.Name);
            if (isGone && isKnown)
            {
                (gone ??= []).Add(old!);
            }

            if (present?.ChangeIndex > index)
            {
                delta.AddPresent(present, isKnown && !isGone, filter);
            }
        }

        if (gone is not null)
        {
            delta.AddGone(gone, index, removals);
        }

        return delta;
    }

    /// <summary>
    /// From what a reader knew at an index, as the catalog remembers it; null when it does not. Whether the reader had
    /// an instance that does not match now is not known, so it is told to take it off.
    /// </summary>
    public static ServiceDelta? Since(Catalog.Catalog catalog, string service, long index, ServiceView view, ServiceFilter filter)
    {
        var delta = new ServiceDelta();
        HashSet<(string, string)>? present = null;
        for (Removal? removal = catalog.RemovalsOf(service)?.Newest; removal is not null && removal.Index > index; removal = removal.Older)
        {
            // Newest first: of several departures under one name the last counts, and whoever is there counts as there.
            if (removal.Index <= view.Index && (present ??= KeysOf(view.Snapshot)).Add((removal.Node, removal.Id)))
            {
                delta.Removed.Add(new DepartedInstance(removal.Node, removal.Id, RemovalText.Of(removal.Kind), removal.Cause));
            }
        }

        if (!catalog.KnowsSince(service, index))
        {
            return null;
        }

        foreach (Instance instance in view.Snapshot is null ? [] : view.Snapshot.Instances)
        {
            if (instance.ChangeIndex > index)
            {
                delta.AddPresent(instance, isKnown: true, filter);
            }
        }

        return delta;
    }

    private static HashSet<(string, string)> KeysOf(ServiceSnapshot? snapshot)
    {
        var keys = new HashSet<(string, string)>();
        foreach (Instance instance in snapshot is null ? [] : snapshot.Instances)
        {
            keys.Add((instance.Node.Name, instance.Data.IdText));
        }

        return keys;
    }

    private void AddPresent(Instance instance, bool isKnown, ServiceFilter filter)
    {
        if (filter.Accepts(instance))
        {
            Changed.Add(instance);
        }
        else if (isKnown)
        {
            Removed.Add(new DepartedInstance(instance.Node.Name, instance.Data.IdText, RemovalText.Filtered, "no longer selected: " + filter.WhyNot(instance)));
        }
    }

    private void AddGone(List<Instance> gone, long index, RemovalHistory? removals)
    {
        var causes = new Dictionary<(string, string), Removal>();
        for (Removal? removal = removals?.Newest; removal is not null && removal.Index > index; removal = removal.Older)
        {
            causes.TryAdd((removal.Node, removal.Id), removal);
        }

        foreach (Instance instance in gone)
        {
            (string Node, string Id) key = (instance.Node.Name, instance.Data.IdText);
            Removed.Add(causes.TryGetValue(key, out Removal? removal)
                ? new DepartedInstance(key.Node, key.Id, RemovalText.Of(removal.Kind), removal.Cause)
                : new DepartedInstance(key.Node, key.Id, RemovalText.Unknown, "no longer registered"));
        }
    }
}
