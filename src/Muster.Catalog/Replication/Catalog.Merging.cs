using System.Text;
using Muster.Model;

namespace Muster.Catalog;

// Merging what a peer told: which of two states of an entry wins. Carrying it out is in Catalog.Superseding.
public sealed partial class Catalog
{
    /// <summary>
    /// Ticks are rounded up on each server by itself: of two that count the same heartbeat one is done some ticks before the
    /// other, and that must not look like a heartbeat on its way.
    /// </summary>
    private static readonly TimeSpan HearingSlack = TimeSpan.FromMilliseconds(250);

    /// <summary>Servers by origin, as timelines name them; forgotten when a server's node changes.</summary>
    private readonly Dictionary<uint, string> _serverNames = [];

    internal MergeRules Rules { get; init; } = MergeRules.Default;

    internal MergeSummary Merge(ReadOnlySpan<byte> facts, int count, List<ulong>? newerHere)
    {
        using Writing writing = Begin();
        var tally = new MergeTally(newerHere);
        var nodes = new List<Fact>();
        var others = new List<Fact>();
        ReadFacts(facts, count, nodes, others, tally);
        var batch = new MergeBatch();
        _isHearsay = true;
        try
        {
            MergeAll(nodes, others, batch, tally);
        }
        finally
        {
            // also when one of them fails: what came before it is here, and must be seen and kept
            Flush(batch);
            _isHearsay = false;
        }

        Settle(batch.Arrived);
        return tally.Summary;
    }

    private void MergeAll(List<Fact> nodes, List<Fact> others, MergeBatch batch, MergeTally tally)
    {
        // nodes first: instances then find them, and their services are published once
        foreach (Fact fact in nodes)
        {
            MergeNode(fact, batch, tally);
        }

        foreach (Fact fact in others)
        {
            switch (fact.Kind)
            {
                case FactKind.Instance:
                    MergeInstance(fact, batch, tally);
                    break;
                case FactKind.InstanceTombstone:
                    MergeRemoval(fact, batch, tally);
                    break;
                default:
                    MergeNodeRemoval(fact, batch, tally);
                    break;
            }
        }
    }

    /// <summary>What the limits of registrations let a fact have, names and outputs included.</summary>
    private long MostFactBytes => Options.MaxInstanceBytes + 16_384 + ((Options.MaxCheckBytes + 5000L) * Options.MaxChecksPerOwner);

    private void ReadFacts(ReadOnlySpan<byte> facts, int count, List<Fact> nodes, List<Fact> others, MergeTally tally)
    {
        var reader = new PackReader(facts);
        long now = VersionClock.Microseconds(_time.GetUtcNow());
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> bytes = reader.Bytes();
            if (reader.Failed)
            {
                tally.Refused += count - i;
                return;
            }

            bool isTooLarge = bytes.Length > MostFactBytes;
            if (isTooLarge || FactCodec.TryRead(bytes, Options.MaxChecksPerOwner) is not { } fact || fact.Packed.Length > Options.MaxInstanceBytes)
            {
                tally.Refused++;
            }
            else if (Rules.IsTooFarAhead(fact.HighestClock, now, Options.MaxClockLead))
            {
                tally.TooFarAhead++;
            }
            else
            {
                _versions.Observe(new EntryVersion(fact.HighestClock, 0));
                (fact.Kind == FactKind.Node ? nodes : others).Add(fact);
            }
        }
    }

    private void MergeInstance(Fact fact, MergeBatch batch, MergeTally tally)
    {
        if (_tombstones.TryGet(fact.Node, Encoding.UTF8.GetString(fact.Id), out Tombstone? tombstone)
            && Rules.Compare(tombstone.State, new EntryState(fact.Version, fact.Tenure)) > 0)
        {
            tally.CountOlder(_entries!.KeyOf(tombstone));
            return;
        }

        _nodes.TryGetValue(fact.Node, out NodeEntry? home);
        Instance? before = home?.Instances.Find(fact.Id);
        int order = before is null ? -1 : Rules.Compare(EntryState.Of(before), new EntryState(fact.Version, fact.Tenure));
        if (order > 0)
        {
            tally.CountOlder(_entries!.KeyOf(before!));
            return;
        }

        bool isFull = before is null && (Statistics.Instances + batch.Growth >= Options.MaxInstances || (home is null && _nodes.Count >= Options.MaxNodes));
        if (isFull)
        {
            tally.Refused++;
            return;
        }

        if (order == 0)
        {
            MergeStatuses(fact, home!, before!, batch, tally);
            return;
        }

        home ??= AddPlaceholder(fact.Node, "");
        tally.Applied++;
        Supersede(batch, home, before, DataOf(fact), fact.Checks, fact.Version, fact.Tenure, fact.RegisteredSeconds, CauseOf(fact, before), isLocal: false);
    }

    /// <summary>What a fact changes, for the timeline.</summary>
    private string CauseOf(Fact fact, Instance? before) =>
        before is null ? $"registered, from {ServerName(fact.Version.Origin)}"
        : before.Version == fact.Version ? $"responsibility moved, from {ServerName(fact.Tenure.Owner)}"
        : $"changed, from {ServerName(fact.Version.Origin)}";

    /// <summary>Equal registrations under one owner: of each check the newer status counts.</summary>
    private void MergeStatuses(Fact fact, NodeEntry home, Instance before, MergeBatch batch, MergeTally tally)
    {
        bool isNewerThere = false, isNewerHere = false, isRefuted = false;
        string cause = "";
        for (int i = 0; i < fact.Checks.Count; i++)
        {
            FactCheck there = fact.Checks[i];
            if (Named(before.Checks, there.Definition.Id) is not { } here)
            {
                continue;
            }

            if (Rules.IsNewerStatus(here.StatusVersion, there.StatusVersion))
            {
                isNewerThere = true;
                if (Rules.Refutes(RemovalKind.Expired, IsHeardExpiry(before, here, there)))
                {
                    isRefuted = true;
                    fact.Checks[i] = new FactCheck(here.Definition, here.Status, here.Output, _versions.Next());
                    continue;
                }

                cause = $"check \"{before.CheckIdOf(here)}\" {here.Status.ToText()} -> {there.Status.ToText()}, from {ServerName(there.StatusVersion.Origin)}{Because(there.Output)}";
            }
            else if (here.StatusVersion != there.StatusVersion)
            {
                isNewerHere = true;
                fact.Checks[i] = new FactCheck(here.Definition, here.Status, here.Output, here.StatusVersion);
            }
        }

        if (isRefuted)
        {
            tally.CountRefuted(_entries!.KeyOf(before));
        }
        else
        {
            tally.CountStatuses(isNewerThere, isNewerHere, isNewerHere ? _entries!.KeyOf(before) : 0);
        }

        if (isNewerThere)
        {
            Supersede(batch, home, before, before.Data, fact.Checks, before.Version, before.Tenure, before.RegisteredSeconds, cause, isLocal: isRefuted);
        }
    }

    /// <summary>Whether the owner let a check expire of which this server has heard in time: the heartbeat was still on its way.</summary>
    private bool IsHeardExpiry(Instance instance, Check here, in FactCheck there) =>
        there.Status == HealthStatus.Critical && here.Status != HealthStatus.Critical && here.Definition.Kind == CheckKind.Ttl
        && there.StatusVersion.Origin == instance.Tenure.Owner && there.Output.StartsWith(OutputOfExpiry, StringComparison.Ordinal)
        && WasHeardInTime(here.Lease, here.Definition.Ttl);

    private void MergeRemoval(Fact fact, MergeBatch batch, MergeTally tally)
    {
        Tombstone tombstone = fact.Tombstone!;
        _nodes.TryGetValue(fact.Node, out NodeEntry? home);
        Instance? before = home?.Instances.Find(fact.Id);
        if (IsKnownRemoval(tombstone, isAnythingHere: before is not null, tally))
        {
            return;
        }

        if (before is null)
        {
            tally.Applied++;
            Bury(tombstone);
            return;
        }

        if (Rules.Compare(EntryState.Of(before), tombstone.State) > 0)
        {
            tally.CountOlder(_entries!.KeyOf(before));
            return;
        }

        bool isOwnService = ReferenceEquals(home, _local) && before.Data.IdText == SelfServiceId;
        if (isOwnService || Rules.Refutes(tombstone.Kind, WasHeard(before)))
        {
            tally.CountRefuted(_entries!.KeyOf(before));
            Refute(batch, before, isOwnService ? "this server is here" : $"heard of, though {ServerName(fact.Version.Origin)} had it {tombstone.Cause}");
            return;
        }

        tally.Applied++;
        Withdraw(batch, home!, before, tombstone);
    }

    /// <summary>
    /// Whether a removal that comes adds nothing to what is known. An old one does when what it removed is still here, or a removal
    /// that it beats, which may be younger.
    /// </summary>
    private bool IsKnownRemoval(Tombstone tombstone, bool isAnythingHere, MergeTally tally)
    {
        _tombstones.TryGet(tombstone.Node, tombstone.InstanceId, out Tombstone? present);
        if (!isAnythingHere && present is null && Rules.IsForgotten(_tombstones, tombstone.Version, _time.GetUtcNow()))
        {
            tally.Same++;
            return true;
        }

        if (present is null || Rules.Compare(present.State, tombstone.State) < 0)
        {
            return false;
        }

        if (present.Version == tombstone.Version)
        {
            tally.Same++;
        }
        else
        {
            tally.CountOlder(_entries!.KeyOf(present));
        }

        return true;
    }

    /// <summary>
    /// Whether this server heard from an instance recently enough to know that it lives. One with a check that has it removed
    /// after being critical is removed though it lives.
    /// </summary>
    private bool WasHeard(Instance instance)
    {
        bool heard = WasHeardInTime(instance.Lease, TimeSpan.FromMilliseconds(instance.Data.LeaseMilliseconds));
        foreach (Check check in instance.Checks)
        {
            if (check.Status == HealthStatus.Critical && check.Definition.DeregisterAfter > TimeSpan.Zero)
            {
                return false;
            }

            heard |= WasHeardInTime(check.Lease, check.Definition.Ttl);
        }

        return heard;
    }

    /// <summary>Whether what was heard here would still be good at a server that let the lease end, and that did not stand still.</summary>
    private bool WasHeardInTime(WheelEntry? lease, TimeSpan length) =>
        HeardUntil(lease) is > 0 and var until && _clock.SinceElsewhere(until, length) + HearingSlack < length;

    /// <summary>The data of a fact, under the service's name as it is written here.</summary>
    private InstanceData DataOf(Fact fact)
    {
        ServiceEntry service = NamedEntryFor(fact.Service);
        InstanceData.TryRestore(service.Name, fact.Packed, out InstanceData data);
        return data;
    }

    /// <summary>A server as timelines name it.</summary>
    private string ServerName(uint origin)
    {
        if (origin == Origin)
        {
            return "this server";
        }

        if (!_serverNames.TryGetValue(origin, out string? name))
        {
            NodeEntry? server = ServerHomes.FirstOrDefault(home => home.Current.ServerOrigin == origin);
            _serverNames[origin] = name = server is null ? $"server {origin:x8}" : $"server \"{server.Current.Name}\"";
        }

        return name;
    }
}
