using Muster.Catalog;
using Muster.Model;

namespace Muster.Simulation.Cluster;

// Who takes over from whom, and what automation may do while most of what it watches is silent.
internal sealed partial class ServerAudit
{
    /// <summary>This server made itself the owner without a new registration.</summary>
    private void JudgeTakeOver(Instance? before, Instance after)
    {
        EntryName name = EntryName.Of(after);
        SimulationFailure.Unless(
            server.Doing == StepKind.ClusterTick || server.Doing == StepKind.Message,
            $"S3: {server.Name} became the owner of {name} in a step of kind {server.Doing} without a change");
        if (before is null || name.Node == server.Name)
        {
            return; // taken back: it is registered on this server's own node
        }

        ClusterServer? owner = world.Servers.FirstOrDefault(other => other.Catalog is { } catalog && catalog.Origin == before.Tenure.Owner);
        if (owner is null || owner == server || owner.HasLeft)
        {
            return;
        }

        // S3: an owner that this server must have heard all the time is not gone.
        SimulationFailure.Unless(
            !ClusterRun.MustHear(world, server, owner, world.Agenda.Now - Slack.Reconnecting), $"S3: {server.Name} took {name} over from {owner.Name}, which is there and in sight");
        int known = server.Node.View.Known;
        int most = 1 + world.Servers.Count(other => other != server && MaySee(other));
        // S3: half of the servers or less take over nothing. Who could be in sight by any way counts as in sight.
        SimulationFailure.Unless(
            2 * most > known, $"S3: {server.Name} took {name} over from {owner.Name} with at most {most} of {known} servers in sight");
    }

    /// <summary>Something of it may have come here lately, perhaps through others.</summary>
    private bool MaySee(ClusterServer other)
    {
        var reached = new HashSet<int> { server.Index };
        var next = new Queue<int>(reached);
        while (next.TryDequeue(out int to))
        {
            foreach (ClusterServer from in world.Servers)
            {
                if (from.WasRunningWithin(Slack.Reconnecting) && world.Network[from.Index, to].WasOpenWithin(Slack.Reconnecting, world.Agenda.Now) && reached.Add(from.Index))
                {
                    next.Enqueue(from.Index);
                }
            }
        }

        return reached.Contains(other.Index);
    }

    /// <summary>
    /// S7: while more than half of what a server watches is silent at once, it expires nothing. The server's rule is stricter
    /// than half; this claims what follows from it whatever it has learned about intervals, whoever came as a newcomer.
    /// </summary>
    private void AuditCalm(EntryName name)
    {
        PreservationOptions options = server.Options.Preservation;
        if (!options.Enabled || !world.IsSample(name))
        {
            return;
        }

        bool mayHaveEnded = server.Catalog.Preservation.View.Events.Any(happened => !happened.Began && server.Time.GetUtcNow() - happened.Time < 2 * options.MaxHold);
        if (mayHaveEnded)
        {
            return;
        }

        int expected = 1, silent = 1;
        foreach (Node node in server.Catalog.Nodes)
        {
            foreach (Instance instance in server.Catalog.InstancesOn(node))
            {
                if (instance.Tenure.Owner == server.Catalog.Origin && TtlOf(instance) is { } ttl)
                {
                    expected++;
                    silent += IsMissed(EntryName.Of(instance), instance, ttl) ? 1 : 0;
                }
            }
        }

        SimulationFailure.Unless(
            expected < 2 * options.MinExpected || 2 * silent <= expected,
            $"S7: {server.Name} expired {name} while {silent} of {expected} are silent");
    }

    /// <summary>How long an instance may be silent; null when it need not renew, or is critical already.</summary>
    private static TimeSpan? TtlOf(Instance instance)
    {
        if (instance.Data.LeaseMilliseconds > 0)
        {
            return TimeSpan.FromMilliseconds(instance.Data.LeaseMilliseconds);
        }

        foreach (Check check in instance.Checks)
        {
            if (check is { Definition.Kind: CheckKind.Ttl } && check.Status != HealthStatus.Critical)
            {
                return check.Definition.Ttl;
            }
        }

        return null;
    }

    /// <summary>Two intervals without a sign anywhere, and since this server began to wait for it.</summary>
    private bool IsMissed(EntryName name, Instance instance, TimeSpan ttl)
    {
        bool isSilent = !world.Signs.TryGetValue(name, out TimeSpan sign) || world.Agenda.Now - sign > 0.7 * ttl;
        return isSilent && Evidence.IsDue(name, LeaseOf(instance), 0.7 * ttl);
    }
}
