using Muster.Model;

namespace Muster.Catalog;

// A server that comes back under another node name.
public sealed partial class Catalog
{
    /// <summary>
    /// Moves everything from nodes that have this server's UUID under another name, its former ones, to its present node,
    /// and removes them: what was registered with this server's agent stays with it, under the name it has now. Call it
    /// after <see cref="AnnounceSelf"/>.
    /// </summary>
    /// <returns>The former names, usually none.</returns>
    public IReadOnlyList<string> MoveFromFormerSelf()
    {
        var names = new List<string>();
        foreach (Node former in Nodes)
        {
            bool isFormer = former.Definition.Id.Equals(Options.NodeId, StringComparison.OrdinalIgnoreCase) && !ReferenceEquals(former.Entry, _local);
            if (!isFormer)
            {
                continue;
            }

            names.Add(former.Name);
            MoveChecks(null, former.Checks);
            bool isEmpty = true;
            foreach (Instance instance in InstancesOn(former).Reverse()) // a sidecar before its instance, with which it would go
            {
                isEmpty &= TryMove(instance, former.Name);
            }

            if (isEmpty)
            {
                DeregisterNode(former.Name, $"this server's node is \"{Options.NodeName}\" now");
            }
        }

        return names;
    }

    /// <summary>False when a limit is in the way: better under the former name than nowhere.</summary>
    private bool TryMove(Instance instance, string former)
    {
        string id = instance.Data.IdText;
        bool isThere = _local!.Instances.Find(id) is not null;
        if (isThere)
        {
            return true; // this server's own service; whatever was registered under the new name is newer
        }

        // one that has become ready since it registered must not have to once more
        InstanceDefinition definition = instance.Data.Unpack() with { IsStarting = StateCheck.AwaitsResult(instance) };
        string cause = $"moved from node \"{former}\", this server's former name";
        if (Register(Options.NodeName, definition, [], replaceExistingChecks: false, cause).Error != CatalogError.None)
        {
            return false;
        }

        MoveChecks(id, instance.Checks);
        Deregister(former, id, cause);
        return true;
    }

    private void MoveChecks(string? instanceId, CheckList checks)
    {
        foreach (Check check in checks)
        {
            bool isThere = instanceId is null && FindNodeCheck(LocalNode, check.Definition.Id) is not null;
            if (!isThere)
            {
                RegisterCheck(Options.NodeName, instanceId, check.Definition, check.Status, check.Output);
            }
        }
    }
}
