using System.Diagnostics.CodeAnalysis;
using Muster.Model;

namespace Muster.Catalog;

// Identity: what an id means to whoever does not name the node. On a cluster it may be on any server's.
public sealed partial class Catalog
{
    /// <summary>Counts instances that appeared or changed: while it stands still, nobody took an id.</summary>
    private long _arrivals;

    /// <summary>
    /// As <see cref="Register"/>, but refuses an id that any other instance has, on whatever node. One of the same service on
    /// another server's node is no other: the registration takes its place, as it would on one server.
    /// </summary>
    public CommandResult RegisterUnique(
        string node, InstanceDefinition definition, IReadOnlyList<CheckDefinition> checks, bool replaceExistingChecks, string cause)
    {
        // Looking through the nodes takes time that the lock should not: again under it only if somebody arrived meanwhile.
        long arrivals = Volatile.Read(ref _arrivals);
        IReadOnlyList<Instance> others = FindOthers(node, definition.Id);
        using Writing writing = Begin();
        others = _arrivals == arrivals ? others : FindOthers(node, definition.Id);
        Node? home = FindNode(node);
        Instance? here = home is null ? null : FindInstance(home, definition.Id);
        foreach (Instance holder in here is null ? others : [here, .. others])
        {
            bool isSame = holder.Data.Service.Equals(definition.Service, StringComparison.OrdinalIgnoreCase)
                && (ReferenceEquals(holder, here) || (holder.Node.IsServer && home is { IsServer: true }));
            if (!isSame)
            {
                return CommandResult.Refused(
                    CatalogError.IdTaken, $"\"{definition.Id}\" is an instance of \"{holder.Data.Service}\" on node \"{holder.Node.Name}\"");
            }
        }

        CommandResult result = RegisterHere(node, definition, checks, replaceExistingChecks, cause);
        return result.Ok && others.Count > 0 ? RemoveTwins(others, node) : result;
    }

    /// <summary>
    /// Finds what an id means to dialects whose ids are unique in the whole registry. On servers' nodes one service's id is
    /// one instance, whichever server heard of it: while two of them are there (both sides of a partition registered it, and
    /// the merge has not settled it yet), the newest counts. More than one is an ambiguity that the caller must refuse.
    /// </summary>
    public IReadOnlyList<Instance> FindHolders(string id)
    {
        IReadOnlyList<Instance> found = FindInstances(id);
        if (found.Count < 2)
        {
            return found;
        }

        var holders = new List<Instance>(found.Count);
        foreach (Instance instance in found)
        {
            int twin = holders.FindIndex(other => AreTwins(other, instance));
            if (twin < 0)
            {
                holders.Add(instance);
            }
            else if (holders[twin].Version < instance.Version)
            {
                holders[twin] = instance;
            }
        }

        return holders;
    }

    /// <summary>
    /// The node for a registration that names none, in dialects whose ids are unique: that on which a server has the id
    /// already, under the same service, so that registering again through another server moves nothing; else this server's own.
    /// </summary>
    public Node HomeOf(string id, string service)
    {
        foreach (Instance holder in FindHolders(id))
        {
            if (holder.Node.IsServer && holder.Data.Service.Equals(service, StringComparison.OrdinalIgnoreCase))
            {
                return holder.Node;
            }
        }

        return LocalNode;
    }

    /// <summary>Finds every check with this id, on whatever node.</summary>
    public IReadOnlyList<CheckRef> FindChecks(ReadOnlySpan<char> checkId)
    {
        var found = new List<CheckRef>();
        if (_places is null)
        {
            foreach ((_, NodeEntry entry) in _nodes)
            {
                Collect(entry, checkId, found);
            }

            return found;
        }

        foreach (NodeEntry entry in _places.Find(IdPlaces.HashOf(checkId)))
        {
            Collect(entry, checkId, found);
        }

        if (Instance.TryInstanceIdOf(checkId, out ReadOnlySpan<char> instanceId))
        {
            foreach (NodeEntry entry in _places.Find(IdPlaces.HashOf(instanceId)))
            {
                Collect(entry, checkId, found);
            }
        }

        return found;
    }

    private static void Collect(NodeEntry entry, ReadOnlySpan<char> checkId, List<CheckRef> found)
    {
        if (TryFindCheck(entry, checkId, out Instance? instance, out Check? check) && !found.Exists(other => ReferenceEquals(other.Node.Entry, entry)))
        {
            found.Add(new CheckRef(entry.Current, instance, check));
        }
    }

    /// <summary>Whether this server is to run a check: it is responsible for the instance, and the check is one it can make.</summary>
    public bool Runs(Instance instance, Check check) => _entries is null || (IsMine(instance.Tenure) && !instance.IsStale(check));

    /// <summary>Whether this server is to run the checks of a node: its own, and those of nobody's that were last written here.</summary>
    public bool Runs(Node node) => _entries is null || (node.IsServer ? ReferenceEquals(node.Entry, _local) : IsMine(node));

    /// <summary>The name of a server's node by the number that versions and tenures show; null when no such server is known.</summary>
    public string? FindServer(uint origin)
    {
        foreach ((_, NodeEntry entry) in _nodes)
        {
            if (entry.Current is { IsServer: true } node && node.ServerOrigin == origin)
            {
                return node.Name;
            }
        }

        return null;
    }

    /// <summary>The only check of an id; false when there is none, or more than one.</summary>
    private bool TryFindElsewhere(ReadOnlySpan<char> checkId, out Instance? instance, [NotNullWhen(true)] out Check? check)
    {
        (instance, check) = (null, null);
        NodeEntry? home = null;
        if (_places is null)
        {
            foreach ((_, NodeEntry entry) in _nodes)
            {
                if (!IsOnly(entry, checkId, ref home, ref instance, ref check))
                {
                    return false;
                }
            }

            return check is not null;
        }

        foreach (NodeEntry entry in _places.Find(IdPlaces.HashOf(checkId)))
        {
            if (!IsOnly(entry, checkId, ref home, ref instance, ref check))
            {
                return false;
            }
        }

        if (Instance.TryInstanceIdOf(checkId, out ReadOnlySpan<char> instanceId))
        {
            foreach (NodeEntry entry in _places.Find(IdPlaces.HashOf(instanceId)))
            {
                if (!IsOnly(entry, checkId, ref home, ref instance, ref check))
                {
                    return false;
                }
            }
        }

        return check is not null;
    }

    /// <summary>Looks at one more node; false when a check of the id was on another one already.</summary>
    private static bool IsOnly(NodeEntry entry, ReadOnlySpan<char> checkId, ref NodeEntry? home, ref Instance? instance, ref Check? check)
    {
        if (ReferenceEquals(entry, home) || !TryFindCheck(entry, checkId, out Instance? owner, out Check? found))
        {
            return true;
        }

        bool isFirst = home is null;
        (home, instance, check) = (entry, owner, found);
        return isFirst;
    }

    /// <summary>Forgets where the ids of a node are that goes with whatever is on it.</summary>
    private void LeavePlaces(NodeEntry home)
    {
        if (_places is null)
        {
            return;
        }

        foreach (Instance instance in home.Instances.All())
        {
            _places.Remove(InstanceTable.Hash(instance.Data.Id), home);
        }

        foreach ((string id, _) in home.NamedChecks)
        {
            _places.Remove(IdPlaces.HashOf(id), home);
        }
    }

    private List<Instance> FindOthers(string node, string id) =>
        [.. FindInstances(id).Where(holder => !holder.Node.Name.Equals(node, StringComparison.OrdinalIgnoreCase))];

    private CommandResult RemoveTwins(IReadOnlyList<Instance> twins, string node)
    {
        foreach (Instance twin in twins)
        {
            NodeEntry entry = twin.Node.Entry;
            if (entry.Instances.Find(twin.Data.Id) is { } present)
            {
                Remove(entry, present, TimelineKind.Deregistered, $"registered again on node \"{node}\"", RemovalKind.Replaced);
            }
        }

        return CommandResult.Done(_sequence);
    }

    /// <summary>Whether two with one id are the same to dialects whose ids are unique.</summary>
    private static bool AreTwins(Instance left, Instance right) =>
        left.Node.IsServer && right.Node.IsServer && left.Data.Service.Equals(right.Data.Service, StringComparison.OrdinalIgnoreCase);
}
