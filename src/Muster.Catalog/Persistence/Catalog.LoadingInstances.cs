using System.Text;
using Muster.Model;

namespace Muster.Catalog;

// Records of instances, and of removals, of nodes too.
public sealed partial class Catalog
{
    private bool LoadInstance(ref PackReader reader, EntryVersion version, long index)
    {
        long create = reader.Number(), modify = reader.Number();
        string node = reader.Text(), service = reader.Text();
        ReadOnlySpan<byte> packed = reader.Bytes();
        List<Check> checks = LoadChecks(ref reader);

        // A record from before this was kept says at least when the instance last changed.
        long registeredAt = reader.AtEnd ? version.Clock / 1_000_000 : reader.Number();

        // One from before there were other servers: this one is responsible.
        Tenure tenure = reader.AtEnd ? new Tenure(1, Origin) : LoadedTenure(new Tenure((uint)reader.Number(), (uint)reader.Number()));
        LoadStatusVersions(ref reader, checks, version);
        if (reader.Failed || !_nodes.TryGetValue(node, out NodeEntry? home))
        {
            return false;
        }

        // One copy of a service's name; instances that live at the same time all write it the same way.
        ServiceEntry entry = LoadEntry(service, index - 1);
        if (!InstanceData.TryRestore(entry.Name == service ? entry.Name : service, packed, out InstanceData data))
        {
            return false;
        }

        Instance? present = home.Instances.Find(data.Id);
        var state = new EntryState(version, tenure);
        bool isOlder = present is not null && Rules.Compare(EntryState.Of(present), state) > 0;
        if (isOlder || (_tombstones.TryGet(node, data.IdText, out Tombstone? removed) && Rules.Compare(removed.State, state) > 0))
        {
            return true;
        }

        if (present is not null)
        {
            Withdraw(home, present);
            if (!present.Data.Service.Equals(service, StringComparison.OrdinalIgnoreCase))
            {
                Remember(
                    _services[present.Data.Service], home.Current.Name, present.Data.IdText, RemovalKind.Replaced,
                    $"moved to service \"{service}\"", TimeOf(version), index);
            }
        }

        entry.Name = data.Service;
        var instance = new Instance(
            data, home.Current, CheckList.Of(checks), version, tenure, create, modify, (uint)registeredAt, data.LeaseMilliseconds > 0 ? new InstanceLease() : null) { ChangeIndex = index };
        Enter(home, instance);
        _tombstones.Remove(node, data.IdText);
        NameLoaded(home, instance);
        return true;
    }

    private bool LoadRemoved(ref PackReader reader, EntryVersion version, long index, bool isDiscard = false)
    {
        string node = reader.Text();
        ReadOnlySpan<byte> id = reader.Bytes();
        long epoch = ChangeCodec.ReadEpoch(ref reader);

        // A record from before this was kept says nothing about it, and a tombstone is no news.
        (RemovalKind kind, string cause) = reader.AtEnd ? (RemovalKind.Deregistered, "removed before the server started") : ((RemovalKind)reader.Byte(), reader.Text());
        string address = reader.AtEnd ? "" : reader.Text();
        EntryState ended = reader.AtEnd ? default : ChangeCodec.ReadState(ref reader);
        if (reader.Failed)
        {
            return false;
        }

        var tombstone = new Tombstone(node, Encoding.UTF8.GetString(id), version, epoch)
        {
            Kind = kind, Cause = cause, Address = address, Ended = ended with { Tenure = LoadedTenure(ended.Tenure) },
        };
        if (_nodes.TryGetValue(node, out NodeEntry? home) && home.Instances.Find(id) is { } instance)
        {
            // the record of what was discarded has the version that it had
            bool isNewer = isDiscard ? instance.Version > version : Rules.Compare(EntryState.Of(instance), tombstone.State) > 0;
            if (isNewer)
            {
                return true;
            }

            Withdraw(home, instance);
            Remember(_services[instance.Data.Service], home.Current.Name, instance.Data.IdText, kind, cause, TimeOf(version), index);
        }

        if (id.IsEmpty && home is not null && (isDiscard || home.Current.Version <= version))
        {
            LoadPlaceholder(home, node, address);
        }

        if (!isDiscard)
        {
            _tombstones.Add(tombstone);
        }

        return true;
    }

    /// <summary>Alone, this server takes over what others were responsible for.</summary>
    private Tenure LoadedTenure(Tenure tenure) => IsMine(tenure) && tenure.Owner != Origin ? new Tenure(tenure.Epoch + 1, Origin) : tenure;

    private void NameLoaded(NodeEntry home, Instance instance)
    {
        foreach (Check check in instance.Checks)
        {
            if (check.Definition.Id is { } id)
            {
                NameCheck(home, id, instance);
            }
        }
    }
}
