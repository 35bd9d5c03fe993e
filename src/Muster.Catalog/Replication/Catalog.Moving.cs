namespace Muster.Catalog;

// What only one of two servers can have given away: an instance that moved from one server to another, and check ids.
public sealed partial class Catalog
{
    private readonly List<(NodeEntry Home, byte[] Loser, string CheckId)> _lostChecks = [];
    private NodeEntry[]? _serverHomes;

    /// <summary>The nodes that are servers, in the order of their names.</summary>
    private NodeEntry[] ServerHomes => _serverHomes ??=
        [.. _nodes.Values.Where(home => home.Current.IsServer).OrderBy(home => home.SortName, StringComparer.Ordinal)];

    private void ForgetServers()
    {
        _serverNames.Clear();
        _serverHomes = null;
    }

    /// <summary>An instance that registered with this server while another one had it: it moved.</summary>
    private void RemoveFormer(Instance arrived)
    {
        if (_entries is null || !arrived.Node.IsServer)
        {
            return;
        }

        foreach (Instance twin in TwinsOf(arrived))
        {
            Remove(twin.Node.Entry, twin, TimelineKind.Deregistered, $"moved to node \"{arrived.Node.Name}\"", RemovalKind.Replaced);
        }
    }

    /// <summary>
    /// Mends what two servers did at the same time: of two instances that are the same one the older goes, of two checks
    /// of one id on a node that of the older registration. Whoever is responsible for the loser removes it.
    /// </summary>
    private void Settle(List<Instance> arrived)
    {
        foreach (Instance instance in arrived)
        {
            bool isPresent = instance.Node.IsServer && ReferenceEquals(instance.Node.Entry.Instances.Find(instance.Data.Id)?.Data.Service, instance.Data.Service);
            foreach (Instance twin in isPresent ? TwinsOf(instance) : [])
            {
                (Instance winner, Instance loser) = twin.Version > instance.Version ? (twin, instance) : (instance, twin);
                bool isThere = loser.Node.Entry.Instances.Find(loser.Data.Id) is { } present && present.Version == loser.Version;
                if (isThere && IsMine(loser.Tenure))
                {
                    Remove(loser.Node.Entry, loser.Node.Entry.Instances.Find(loser.Data.Id)!, TimelineKind.Deregistered, $"moved to node \"{winner.Node.Name}\"", RemovalKind.Replaced);
                }
            }
        }

        foreach ((NodeEntry home, byte[] loser, string checkId) in _lostChecks)
        {
            bool isLost = home.NamedChecks.TryGetValue(checkId, out byte[]? holder) && holder is not null ? !holder.AsSpan().SequenceEqual(loser) : holder is null;
            if (isLost && home.Instances.Find(loser) is { } instance && IsMine(instance.Tenure) && Named(instance.Checks, checkId) is { } check)
            {
                RemoveCheck(home, instance, check, $"check \"{checkId}\" was registered anew elsewhere on the node");
            }
        }

        _lostChecks.Clear();
    }

    /// <summary>The same instance on other servers' nodes: id, service, address and port are equal.</summary>
    private List<Instance> TwinsOf(Instance instance)
    {
        var twins = new List<Instance>();
        bool isServersOwn = instance.Data.Id.SequenceEqual("consul"u8);
        foreach (NodeEntry home in isServersOwn ? [] : ServerHomes)
        {
            if (!ReferenceEquals(home, instance.Node.Entry) && home.Instances.Find(instance.Data.Id) is { } other
                && other.Data.Port == instance.Data.Port
                && other.Data.Service.Equals(instance.Data.Service, StringComparison.OrdinalIgnoreCase)
                && EffectiveAddress(other).Equals(EffectiveAddress(instance), StringComparison.OrdinalIgnoreCase))
            {
                twins.Add(other);
            }
        }

        return twins;
    }

    private static string EffectiveAddress(Instance instance) =>
        instance.Data.Address.IsEmpty ? instance.Node.Definition.Address : instance.Data.AddressText;
}
