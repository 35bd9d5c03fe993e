namespace Muster.Catalog;

// Who has a check id. It is unique on its node, but two servers may have given it away at the same time.
public sealed partial class Catalog
{
    /// <summary>Enters a check that has an id of its own. Of two instances the newer registration has it, of an instance and the node the node.</summary>
    private void NameCheck(NodeEntry home, string id, Instance? instance)
    {
        if (home.NamedChecks.TryGetValue(id, out byte[]? holder) && !IsOf(holder, instance))
        {
            home.SharesCheckIds = true;
            bool staysWithHolder = instance is not null && (holder is null || home.Instances.Find(holder)?.Version > instance.Version);
            if (staysWithHolder)
            {
                _lostChecks.Add((home, instance!.Data.Id.ToArray(), id));
                return;
            }

            if (holder is not null)
            {
                _lostChecks.Add((home, holder, id));
            }
        }

        if (_places is not null && !home.NamedChecks.ContainsKey(id))
        {
            _places.Add(IdPlaces.HashOf(id), home);
        }

        home.NamedChecks[id] = instance?.Data.Id.ToArray();
        _entries?.NameCheck(home, id);
    }

    private void UnnameCheck(NodeEntry home, string id, Instance? instance)
    {
        if (!home.NamedChecks.TryGetValue(id, out byte[]? holder) || !IsOf(holder, instance))
        {
            return;
        }

        home.NamedChecks.TryRemove(id, out _);
        _places?.Remove(IdPlaces.HashOf(id), home);
        _entries?.ForgetCheck(home, id);
        if (!home.SharesCheckIds)
        {
            return;
        }

        Instance? next = null;
        foreach (Instance other in home.Instances.All())
        {
            bool isNext = Named(other.Checks, id) is not null && !IsOf(instance?.Data.Id.ToArray(), other) && (next is null || other.Version > next.Version);
            next = isNext ? other : next;
        }

        if (next is not null)
        {
            NameCheck(home, id, next);
        }
    }

    private static bool IsOf(byte[]? holder, Instance? instance) =>
        holder is null ? instance is null : instance is not null && instance.Data.Id.SequenceEqual(holder);
}
