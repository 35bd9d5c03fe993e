using Muster.Model;

namespace Muster.Catalog;

// Records of nodes.
public sealed partial class Catalog
{
    private bool LoadNode(ref PackReader reader, EntryVersion version, long index)
    {
        long create = reader.Number(), modify = reader.Number();
        NodeDefinition definition = ChangeCodec.ReadNodeDefinition(ref reader);
        List<Check> checks = LoadChecks(ref reader);
        LoadStatusVersions(ref reader, checks, version);
        if (reader.Failed || checks.Exists(check => check.Definition.Id is null))
        {
            return false;
        }

        if (!_nodes.TryGetValue(definition.Name, out NodeEntry? home))
        {
            home = new NodeEntry(definition.Name, _index);
            _nodes[definition.Name] = home;
        }
        else if (home.Current.Version > version)
        {
            return true;
        }
        else
        {
            ForgetMissingNodeChecks(home, home.Current.Checks, []);
        }

        if (version.Clock > 0)
        {
            _tombstones.Remove(definition.Name, "");
        }

        home.Current = new Node(home, definition, CheckList.Of(checks), version, create, modify);
        foreach (Check check in checks)
        {
            NameCheck(home, check.Definition.Id!, null);
            check.Lease.Owner = home;
        }

        ShowLoadedNode(home, index);
        return true;
    }

    private bool LoadNodeRemoved(ref PackReader reader, EntryVersion version)
    {
        string name = reader.Text();
        string address = reader.AtEnd ? "" : reader.Text();
        if (!reader.Failed)
        {
            if (_nodes.TryRemove(name, out NodeEntry? home))
            {
                LeavePlaces(home);
            }

            if (_entries is not null && version.Clock > 0)
            {
                _tombstones.Add(new Tombstone(name, "", version) { Address = address });
            }
        }

        return !reader.Failed;
    }

    /// <summary>A node that was removed while something was registered on it elsewhere.</summary>
    private void LoadPlaceholder(NodeEntry home, string name, string address)
    {
        ForgetMissingNodeChecks(home, home.Current.Checks, []);
        home.Current = new Node(home, PlaceholderOf(name, address), default, default, home.Current.CreateIndex, home.Current.ModifyIndex);
        ShowLoadedNode(home, 0);
    }

    /// <summary>A node that is not registered is there for what lives on it; the end of a journal may be lost between the two.</summary>
    private void DropVacant()
    {
        foreach (NodeEntry home in _nodes.Values.Where(home => home.Current.IsPlaceholder && home.Instances.Count == 0).ToList())
        {
            _nodes.TryRemove(home.Current.Name, out _);
            LeavePlaces(home);
        }
    }

    /// <summary>Instances that were loaded before their node show it, too.</summary>
    private void ShowLoadedNode(NodeEntry home, long index)
    {
        foreach (Instance instance in home.Instances.All().ToList())
        {
            Enter(home, instance.With(home.Current, Math.Max(instance.ChangeIndex, index)));
        }
    }
}
