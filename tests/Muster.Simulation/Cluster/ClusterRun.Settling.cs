using Muster.Catalog;
using Muster.Cluster;
using Muster.Model;

namespace Muster.Simulation.Cluster;

// The fault phase is over: all servers run, everything is connected, clients go on. Now all must come to rest.
internal sealed partial class ClusterRun
{
    /// <summary>The longest TTL, an owner that had to be found gone, and its instances' fresh leases.</summary>
    private static readonly TimeSpan s_leastRest = TimeSpan.FromSeconds(75);

    private static readonly TimeSpan s_mostRest = TimeSpan.FromSeconds(240);

    private bool _isSettling;

    private void Settle()
    {
        Say("FAULTS STOP");
        _isSettling = true;
        EndAllFaults();
        foreach (ClusterServer server in _servers)
        {
            Heal(server);
        }

        Dictionary<EntryName, HeldState> floor = Join();
        Agenda.RunUntil(Agenda.Now + s_leastRest);
        TimeSpan limit = Agenda.Now + s_mostRest - s_leastRest;
        string? unrest;
        while ((unrest = WhatIsNotAtRest()) is not null)
        {
            SimulationFailure.Unless(Agenda.Now < limit, $"S6: {(Agenda.Now - limit + s_mostRest).TotalSeconds:0} s after the last fault: {unrest}");
            Agenda.RunUntil(Agenda.Now + TimeSpan.FromSeconds(5));
        }

        AuditRest(floor);
        SettleReaders();
        foreach (ClusterServer server in _servers)
        {
            server.Stop();
            server.Start();
        }
    }

    private void Heal(ClusterServer server)
    {
        if (server.IsUp && server.HasLeft)
        {
            server.Stop();
        }

        if (server.IsPoisoned)
        {
            // Its versions are of a time to come: what an operator does is to put its clock right and to empty it.
            if (server.IsUp)
            {
                server.Crash(powerLoss: true);
            }

            server.LoseData();
            server.SetWallClock(TimeSpan.Zero);
        }

        if (!server.IsUp)
        {
            Say($"{server.Name} starts again");
            server.Start();
        }

        server.BreakDisk(false);
    }

    /// <summary>The newest state of each entry that any server holds: nothing older may be what is left in the end.</summary>
    private Dictionary<EntryName, HeldState> Join()
    {
        var newest = new Dictionary<EntryName, HeldState>();
        foreach (ClusterServer server in _servers)
        {
            foreach ((EntryName name, HeldState state) in server.Audit.States)
            {
                if (!newest.TryGetValue(name, out HeldState? known) || state.StandsTo(known) > 0)
                {
                    newest[name] = state;
                }
            }
        }

        return newest;
    }

    private string? WhatIsNotAtRest()
    {
        ClusterServer first = _servers[0];
        foreach (ClusterServer server in _servers)
        {
            ClusterView view = server.Node.View;
            if (!view.IsSynced || view.InSight != _servers.Count || view.Known != _servers.Count)
            {
                return $"{server.Name} sees {view.InSight} of {view.Known} servers, synced: {view.IsSynced} ({view.SyncDetail})";
            }

            if (server.Catalog.Replica.RootDigest != first.Catalog.Replica.RootDigest || server.Catalog.Replica.EntryCount != first.Catalog.Replica.EntryCount)
            {
                return $"the digests of {first.Name} ({first.Catalog.Replica.EntryCount} entries) and {server.Name} ({server.Catalog.Replica.EntryCount}) differ{DifferenceBetween(first, server)}{LinkOf(first, server)}{LinkOf(server, first)}";
            }
        }

        foreach (SimulatedClient client in _clients)
        {
            if (WhatIsWrongWith(client, first) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    /// <summary>What one server knows about its link to another.</summary>
    private static string LinkOf(ClusterServer server, ClusterServer other)
    {
        ClusterView view = server.Node.View;
        PeerView? peer = view.Members.FirstOrDefault(member => member.Record.Name == other.Name)?.Peer;
        string alarms = string.Join(", ", view.Alarms.Select(alarm => $"{alarm.Kind} {alarm.Detail}"));
        return $"; {server.Name}: link {(peer is null ? "none" : $"since {peer.Since:HH:mm:ss}, repairing {peer.IsRepairing}, {peer.QueuedFacts} facts and {peer.QueuedBytes} bytes wait, {peer.InFlight} batches under way")}, "
            + $"{view.Statistics.RepairRounds} rounds, {view.Statistics.FactsRefused} facts refused, alarms: {alarms}";
    }

    private static string DifferenceBetween(ClusterServer left, ClusterServer right)
    {
        foreach (EntryName name in left.Audit.States.Keys.Union(right.Audit.States.Keys))
        {
            string here = left.Audit.States.GetValueOrDefault(name)?.ToString() ?? "nothing", there = right.Audit.States.GetValueOrDefault(name)?.ToString() ?? "nothing";
            if (here != there)
            {
                return $", {name}: {here} and {there}";
            }
        }

        return "";
    }

    /// <summary>With equal digests, what one server shows all do.</summary>
    private string? WhatIsWrongWith(SimulatedClient client, ClusterServer server)
    {
        List<Instance> found = [.. server.Catalog.FindInstances(client.Id)];
        if (client.Renewing == Renewing.Nothing)
        {
            // Nobody renews it: what counts is the newest word about it, and that is compared with what was said before the end.
            return null;
        }

        if (client.IsRunning)
        {
            if (found.Count != 1)
            {
                return $"{client.Id} runs and is there {found.Count} times: {string.Join(", ", found.Select(each => EntryName.Of(each)))}";
            }

            Instance instance = found[0];
            HealthStatus expected = instance.State != InstanceState.Up ? HealthStatus.Critical : client.Renewing == Renewing.Ttl ? client.Status : HealthStatus.Passing;
            return instance.Status != expected ? $"{client.Id} runs and says that it is {expected}, and is {instance.Status}"
                : !_servers.Exists(owner => owner.Catalog.Origin == instance.Tenure.Owner) ? $"{client.Id} belongs to a server that does not exist, {instance.Tenure.Owner:x}"
                : null;
        }

        return client.Renewing switch
        {
            Renewing.Lease when found.Count > 0 => $"{client.Id} is gone and is still there on {found[0].Node.Name}",
            Renewing.Ttl when found.Exists(each => each.Status != HealthStatus.Critical) => $"{client.Id} is gone and is still {found[0].Status} on {found[0].Node.Name}",
            _ => null,
        };
    }

    private void AuditRest(Dictionary<EntryName, HeldState> floor)
    {
        foreach (ClusterServer server in _servers)
        {
            server.DeliverWakes();
            server.AuditAll();
            server.Audit.AuditRest();
            foreach ((EntryName name, HeldState least) in floor)
            {
                SimulationFailure.Unless(
                    server.Audit.States.TryGetValue(name, out HeldState? state) && state.StandsTo(least) >= 0,
                    $"S2: {name} was {least} on some server when faults stopped, and is {state?.ToString() ?? "unknown"} on {server.Name}");
            }
        }
    }
}
