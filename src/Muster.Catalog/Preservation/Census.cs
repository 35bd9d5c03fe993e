using System.Collections.Concurrent;
using Muster.Model;

namespace Muster.Catalog;

/// <summary>
/// A survey of the whole catalog as it is now: per scope, how many should be heard of and how many are missed. It reads what
/// every reader may read, without the lock, and keeps nothing from one survey to the next but the names of the scopes.
/// </summary>
/// <remarks>One thread at a time. Its buffers are kept, so that a survey allocates next to nothing.</remarks>
/// <param name="clock">The clock of leases.</param>
/// <param name="self">The origin of this server, whose instances alone it judges; null when there are no others.</param>
internal sealed partial class Census(LeaseClock clock, uint? self)
{
    /// <summary>In a very large catalog a survey takes longer than what would be a pause of the server: the clock moves on meanwhile.</summary>
    private const int InstancesPerLookAtTheClock = 8192;

    /// <summary>Beyond so many zones or servers, more are judged with all only.</summary>
    private const int MaxScopes = 256;

    private readonly List<Scope> _zones = [];
    private readonly List<Scope> _owners = [];
    private readonly List<Silence> _silences = [];
    private readonly Dictionary<(ServiceEntry, PreservationSignal), int> _groupNumbers = [];
    private readonly List<(ServiceEntry Service, PreservationSignal Signal)> _groups = [];
    private readonly List<Moment> _newcomers = [];
    private IndexHistory _history = null!;
    private long _now;
    private long _second;
    private NodeEntry? _lastNode;
    private Scope? _lastOwner;
    private Scope? _lastZone;

    internal Scope All { get; } = Scope.All();

    /// <summary>The scopes that were met, <see cref="All"/> first.</summary>
    internal Scope[] Scopes { get; private set; } = [];

    /// <summary>Counts; the result is in each signal's <see cref="Signal.Counting"/>.</summary>
    /// <param name="services">All services.</param>
    /// <param name="nodes">All nodes.</param>
    /// <param name="losses">What expired lately.</param>
    /// <param name="history">Which index the catalog had reached when.</param>
    /// <param name="now">The tick that is now.</param>
    /// <param name="second">The second that is now, by the wall clock, since 1970.</param>
    internal void Take(
        ConcurrentDictionary<string, ServiceEntry> services, ConcurrentDictionary<string, NodeEntry> nodes, List<Loss> losses, IndexHistory history, long now,
        long second)
    {
        Clear();
        _history = history;
        _now = now;
        _second = second;
        int counted = 0;
        foreach ((_, ServiceEntry service) in services)
        {
            foreach (Instance instance in service.Current?.InstanceArray ?? [])
            {
                Count(service, instance);
                if (++counted % InstancesPerLookAtTheClock == 0)
                {
                    clock.Advance();
                }
            }
        }

        foreach ((_, NodeEntry node) in nodes)
        {
            CountNode(node);
        }

        foreach (Loss loss in losses)
        {
            CountLoss(loss);
        }

        MakeUp();
        Scopes = [All, .. _zones, .. _owners];
    }

    private void Clear()
    {
        _zones.RemoveAll(scope => !scope.IsInUse);
        _owners.RemoveAll(scope => !scope.IsInUse);
        Reset(All);
        _zones.ForEach(Reset);
        _owners.ForEach(Reset);
        _silences.Clear();
        _groupNumbers.Clear();
        _groups.Clear();
        _lastNode = null;
        _lastOwner = _lastZone = null;
    }

    private static void Reset(Scope scope) => scope.Heartbeats.Counting = scope.Probes.Counting = default;

    private void Count(ServiceEntry service, Instance instance)
    {
        Tally heartbeats = default, probes = default;
        long heard = 0, good = 0;
        bool isOurs = self is null || instance.Tenure.Owner == self;
        if (instance.Lease is { Follows: false } lease)
        {
            CountLease(lease, TimeSpan.FromMilliseconds(instance.Data.LeaseMilliseconds), ref heartbeats, ref heard);
        }

        foreach (Check check in instance.Checks)
        {
            CountCheck(check, isOurs, ref heartbeats, ref heard, ref probes, ref good);
        }

        if (heartbeats.Expected + heartbeats.Due + probes.Expected == 0)
        {
            return;
        }

        Scope? zone = ZoneOf(instance), owner = OwnerOf(instance.Node.Entry);
        Add(All, heartbeats, probes);
        Add(zone, heartbeats, probes);
        Add(owner, heartbeats, probes);
        Note(service, instance, PreservationSignal.Heartbeats, heartbeats.Missed, heard, zone, owner);
        Note(service, instance, PreservationSignal.Probes, probes.Missed, good, zone, owner);
    }

    private void CountNode(NodeEntry node)
    {
        Tally heartbeats = default, probes = default;
        long ignored = 0;
        bool isOurs = self is null || node.Current.Version.Origin == self;
        foreach (Check check in node.Current.Checks)
        {
            CountCheck(check, isOurs, ref heartbeats, ref ignored, ref probes, ref ignored);
        }

        if (heartbeats.Expected + probes.Expected > 0)
        {
            Scope? owner = OwnerOf(node);
            Add(All, heartbeats, probes);
            Add(owner, heartbeats, probes);
            Miss(PreservationSignal.Heartbeats, heartbeats.Missed, null, owner);
            Miss(PreservationSignal.Probes, probes.Missed, null, owner);
        }
    }

    private void CountLoss(in Loss loss)
    {
        if (!loss.Lasts)
        {
            return;
        }

        var lost = new Tally { Expected = 1 };
        Scope? zone = loss.Instance is null ? null : ZoneOf(loss.Instance), owner = OwnerOf(loss.Node);
        bool heartbeat = loss.Signal == PreservationSignal.Heartbeats;
        Add(All, heartbeat ? lost : default, heartbeat ? default : lost);
        Add(zone, heartbeat ? lost : default, heartbeat ? default : lost);
        Add(owner, heartbeat ? lost : default, heartbeat ? default : lost);
        if (loss is { Service: { } service, Instance: { } instance })
        {
            Note(service, instance, loss.Signal, 1, loss.LastHeard, zone, owner);
        }
        else
        {
            Miss(loss.Signal, 1, zone, owner);
        }
    }

    private void CountCheck(Check check, bool isOurs, ref Tally heartbeats, ref long heard, ref Tally probes, ref long good)
    {
        CheckDefinition definition = check.Definition;
        if (!check.Lease.IsLease && check.Lease.Deadline > 0 && check.Lease.Deadline <= _now)
        {
            heartbeats.Due++; // a removal that is put off
        }

        if (definition.Kind == CheckKind.Ttl)
        {
            CountLease(check.Lease, definition.Ttl, ref heartbeats, ref heard);
        }
        else if (isOurs && definition.Kind.IsProbe() && check.Status != HealthStatus.Critical)
        {
            probes.Expected++;
            if (HealthStreak.IsFailing(check))
            {
                probes.Missed++;
                probes.Due++;
                good = Math.Max(good, LastGood(check, _now - LeaseClock.TicksOf(definition.Interval, clock.Tick), clock.Tick));
            }
        }
    }

    private void CountLease(WheelEntry lease, TimeSpan ttl, ref Tally heartbeats, ref long heard)
    {
        long deadline = lease.Deadline;
        if (deadline == 0 || !lease.IsLease || lease.Follows)
        {
            return;
        }

        long length = LeaseClock.TicksOf(ttl, clock.Tick), since = deadline - length;
        heartbeats.Expected++;
        heartbeats.Due += deadline <= _now ? 1 : 0;
        if (Rhythm.IsLate(lease.Rhythm, _now - since, length))
        {
            heartbeats.Missed++;
            heard = Math.Max(heard, since);
        }
    }

    /// <summary>Reckons when a probe that has just failed last found all well: its failures in a row tell.</summary>
    internal static long LastGood(Check check, long now, TimeSpan tick) =>
        now - (check.Lease.Failures * LeaseClock.TicksOf(check.Definition.Interval, tick));

    private void Miss(PreservationSignal signal, int count, Scope? zone, Scope? owner)
    {
        AddMissed(All, signal, count);
        AddMissed(zone, signal, count);
        AddMissed(owner, signal, count);
    }

    private static void AddMissed(Scope? scope, PreservationSignal signal, int count)
    {
        if (scope is not null)
        {
            (signal == PreservationSignal.Heartbeats ? scope.Heartbeats : scope.Probes).Counting.Missed += count;
        }
    }

    /// <summary>Adds what is expected and what is due; what is missed waits for <see cref="MakeUp"/>.</summary>
    private static void Add(Scope? scope, in Tally heartbeats, in Tally probes)
    {
        if (scope is not null)
        {
            scope.Heartbeats.Counting.Expected += heartbeats.Expected;
            scope.Heartbeats.Counting.Due += heartbeats.Due;
            scope.Probes.Counting.Expected += probes.Expected;
            scope.Probes.Counting.Due += probes.Due;
        }
    }

    private Scope? ZoneOf(Instance instance)
    {
        ReadOnlySpan<byte> zone = instance.Data.Zone;
        if (zone.IsEmpty)
        {
            return null;
        }

        if (_lastZone?.IsZone(zone) == true)
        {
            return _lastZone;
        }

        foreach (Scope known in _zones)
        {
            if (known.IsZone(zone))
            {
                return _lastZone = known;
            }
        }

        return _lastZone = _zones.Count < MaxScopes ? Added(_zones, Scope.OfZone(zone)) : null;
    }

    /// <summary>The scope of a server's own node, null for any other node.</summary>
    private Scope? OwnerOf(NodeEntry node)
    {
        if (ReferenceEquals(node, _lastNode))
        {
            return _lastOwner;
        }

        _lastNode = node;
        _lastOwner = null;
        if (!node.Current.IsServer)
        {
            return null;
        }

        foreach (Scope known in _owners)
        {
            if (ReferenceEquals(known.Owner, node))
            {
                return _lastOwner = known;
            }
        }

        return _lastOwner = _owners.Count < MaxScopes ? Added(_owners, Scope.OfOwner(node)) : null;
    }

    private static Scope Added(List<Scope> scopes, Scope scope)
    {
        scopes.Add(scope);
        return scope;
    }
}
