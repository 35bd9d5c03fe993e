using System.Runtime.InteropServices;
using System.Text;
using Muster.Model;

namespace Muster.Catalog;

// What only one of two servers can have given away: an instance that moved from one server to another, and check ids.
public sealed partial class Catalog
{
    private readonly List<(NodeEntry Home, byte[] Loser, string CheckId)> _lostChecks = [];
    private NodeEntry[]? _serverHomes;

    /// <summary>The nodes that are servers, in the order of their names.</summary>
    private NodeEntry[] ServerHomes => _serverHomes ??=
        [.. _nodes.Values.Where(home => home.Current.IsServer).OrderBy(home => home.SortName, StringComparer.Ordinal)];

    /// <summary>A node came, changed or went. Other nodes than servers' are many, and may come by the thousand when a server joins.</summary>
    private void ForgetServers(Node changed, Node? before = null)
    {
        if (changed.IsServer || before is { IsServer: true })
        {
            _serverNames.Clear();
            _serverHomes = null;
        }
    }

    /// <summary>Where an instance that registers was until now, when it was on another server's node.</summary>
    private List<Instance> FindFormer(NodeEntry home, InstanceDefinition definition)
    {
        if (_entries is null || !home.Current.IsServer)
        {
            return [];
        }

        string address = definition.Address.Length == 0 ? home.Current.Definition.Address : definition.Address;
        return FindTwins(home, Encoding.UTF8.GetBytes(definition.Id), definition.Service, address, definition.Port);
    }

    /// <summary>An instance that registered is from now on nowhere else: not where it was, nor where it may be a second time.</summary>
    private void KeepOnlyHere(NodeEntry home, Instance? before, List<Instance> former)
    {
        foreach (Instance twin in former)
        {
            Remove(twin.Node.Entry, twin, TimelineKind.Deregistered, $"moved to node \"{home.Current.Name}\"", RemovalKind.Replaced);
        }

        if (before is not null)
        {
            // it was here, and may have been the older of two until now
            Settle([home.Instances.Find(before.Data.Id)!]);
        }
    }

    /// <summary>The checks that an instance had on the node it moves from, for its new place: each status goes on, the leases begin anew.</summary>
    private static List<Check> MoveChecks(List<Check> checks, Instance former)
    {
        for (int i = 0; i < checks.Count; i++)
        {
            Check check = checks[i];
            bool isFormers = Named(former.Checks, check.Definition.Id) is { } present && ReferenceEquals(present.Lease, check.Lease);
            checks[i] = isFormers ? check.With(new CheckLease()) : check;
        }

        return checks;
    }

    /// <summary>Gives an instance other checks: it is now newer than where else it may be, which may have been the newer one.</summary>
    private void PutAnew(NodeEntry home, Instance before, List<Check> checks, long index, string cause)
    {
        Put(home, _services[before.Data.Service], before, before.Data, checks, index, cause);
        Settle([home.Instances.Find(before.Data.Id)!]);
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
                if (loser.Node.Entry.Instances.Find(loser.Data.Id) is { } present && present.Version == loser.Version && IsMine(present.Tenure))
                {
                    Remove(present.Node.Entry, present, TimelineKind.Deregistered, $"moved to node \"{winner.Node.Name}\"", RemovalKind.Replaced);
                }
            }
        }

        GiveUpLostChecks();
    }

    /// <summary>
    /// Takes from each instance all the checks it lost, at once: what it keeps is a newer registration, which would win back
    /// those that are left.
    /// </summary>
    private void GiveUpLostChecks()
    {
        if (_lostChecks.Count == 0)
        {
            return;
        }

        var losers = new Dictionary<Instance, List<Check>>(ReferenceEqualityComparer.Instance);
        foreach ((NodeEntry home, byte[] loser, string checkId) in _lostChecks)
        {
            bool isLost = home.NamedChecks.TryGetValue(checkId, out byte[]? holder) && holder is not null ? !holder.AsSpan().SequenceEqual(loser) : holder is null;
            if (isLost && home.Instances.Find(loser) is { } instance && IsMine(instance.Tenure) && Named(instance.Checks, checkId) is { } check)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(losers, instance, out _) ??= []).Add(check);
            }
        }

        _lostChecks.Clear();
        foreach ((Instance instance, List<Check> lost) in losers)
        {
            List<Check> kept = [];
            foreach (Check check in instance.Checks)
            {
                if (!lost.Contains(check))
                {
                    kept.Add(check);
                }
            }

            string cause = $"registered anew elsewhere on the node: check {string.Join(", ", lost.Select(check => $"\"{check.Definition.Id}\""))}";
            PutAnew(instance.Node.Entry, instance, kept, _index + 1, cause);
        }
    }

    /// <summary>The same instance on other servers' nodes: id, service, address and port are equal.</summary>
    private List<Instance> TwinsOf(Instance instance) =>
        FindTwins(instance.Node.Entry, instance.Data.Id, instance.Data.Service, EffectiveAddress(instance), instance.Data.Port);

    private List<Instance> FindTwins(NodeEntry apart, ReadOnlySpan<byte> id, string service, string address, int port)
    {
        var twins = new List<Instance>();
        bool isServersOwn = id.SequenceEqual("consul"u8);
        foreach (NodeEntry home in isServersOwn ? [] : ServerHomes)
        {
            if (!ReferenceEquals(home, apart) && home.Instances.Find(id) is { } other && other.Data.Port == port
                && other.Data.Service.Equals(service, StringComparison.OrdinalIgnoreCase)
                && EffectiveAddress(other).Equals(address, StringComparison.OrdinalIgnoreCase))
            {
                twins.Add(other);
            }
        }

        return twins;
    }

    private static string EffectiveAddress(Instance instance) =>
        instance.Data.Address.IsEmpty ? instance.Node.Definition.Address : instance.Data.AddressText;
}
