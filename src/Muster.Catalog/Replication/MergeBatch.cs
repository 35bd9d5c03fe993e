namespace Muster.Catalog;

/// <summary>What one command has merged and not published yet: each service is published once, however many of its instances changed.</summary>
internal sealed class MergeBatch
{
    private readonly Dictionary<ServiceEntry, ServiceEdits> _byService = new(ReferenceEqualityComparer.Instance);

    /// <summary>What changed in each service, in the order in which they were touched.</summary>
    internal List<ServiceEdits> Services { get; } = [];

    /// <summary>What is to be told once that is published, in order.</summary>
    internal List<PendingChange> Pending { get; } = [];

    /// <summary>Instances that came or changed their place, to be looked at for duplicates.</summary>
    internal List<Instance> Arrived { get; } = [];

    /// <summary>How many more instances there are once that is published; less than none when more went than came.</summary>
    internal int Growth { get; private set; }

    internal void Edit(ServiceEntry service, Instance? before, Instance? after, long index, bool isVisible)
    {
        if (!_byService.TryGetValue(service, out ServiceEdits? edits))
        {
            _byService[service] = edits = new ServiceEdits(service);
            Services.Add(edits);
        }

        edits.Add(before, after, index, isVisible);
        Growth += (after is null ? 0 : 1) - (before is null ? 0 : 1);
    }

    internal void Clear()
    {
        _byService.Clear();
        Services.Clear();
        Pending.Clear();
        Growth = 0;
    }
}
