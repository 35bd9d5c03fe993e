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
            foreach (Instance instance in InstancesOn(former))
            {
                Move(instance, former.Name);
            }

            DeregisterNode(former.Name, $"this server's node is \"{Options.NodeName}\" now");
        }

        return names;
    }

    private void Move(Instance instance, string former)
    {
        string id = instance.Data.IdText;
        bool isThere = _local!.Instances.Find(id) is not null;
        if (isThere)
        {
            return; // this server's own service; whatever was registered under the new name is newer
        }

        Register(Options.NodeName, instance.Data.Unpack(), [], replaceExistingChecks: false, $"moved from node \"{former}\", this server's former name");
        MoveChecks(id, instance.Checks);
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
