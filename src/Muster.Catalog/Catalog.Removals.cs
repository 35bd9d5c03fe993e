namespace Muster.Catalog;

// Removals: who left which service. Under the lock; readers need none.
public sealed partial class Catalog
{
    private readonly Queue<(RemovalHistory History, long Seconds)> _removals = new();

    /// <summary>Remembers that an instance leaves a service. Before that is published: a reader that misses it finds out why.</summary>
    private Removal Remember(ServiceEntry service, Instance instance, RemovalKind kind, long index, string cause) =>
        Remember(service, instance.Node.Name, instance.Data.IdText, kind, cause, _time.GetUtcNow(), index);

    private Removal Remember(ServiceEntry service, string node, string id, RemovalKind kind, string cause, DateTimeOffset time, long index)
    {
        RemovalHistory history = service.OpenRemovals();
        Removal removal = history.Add(node, id, kind, cause, time, index);
        _removals.Enqueue((history, time.ToUnixTimeSeconds()));
        if (_removals.Count > Options.MaxRemovals)
        {
            _removals.Dequeue().History.ForgetOldest();
        }

        return removal;
    }

    private void ForgetOldRemovals()
    {
        long horizon = (_time.GetUtcNow() - Options.TombstoneAge).ToUnixTimeSeconds();
        while (_removals.TryPeek(out (RemovalHistory History, long Seconds) oldest) && oldest.Seconds < horizon)
        {
            _removals.Dequeue().History.ForgetOldest();
        }
    }

    private static RemovalKind RemovalKindOf(TimelineKind kind) =>
        kind == TimelineKind.Expired ? RemovalKind.Expired : RemovalKind.Deregistered;
}
