using Muster.Catalog;
using Muster.Model;

namespace Muster.Simulation;

// Checks: heartbeats, reports, probes, maintenance.
internal sealed partial class SimulationRun
{
    private void Pass()
    {
        List<CheckRef> checks = Checks("n1");
        string checkId = checks.Count > 0 && _random.Next(8) > 0 ? IdOf(checks[_random.Next(checks.Count)]) : "absent";
        CheckRef? before = Catalog.FindCheck(Catalog.LocalNode, checkId);
        bool passed = Catalog.TryPass(checkId, before?.Check.Output ?? "");
        Say($"pass {checkId} -> {passed}");
        bool may = before is { Check: { Status: HealthStatus.Passing, Definition.Kind: CheckKind.Ttl } } && !Awaits(before.Value);
        Expect(passed == may, $"S3: a heartbeat of {checkId} answered {passed}");
        if (passed)
        {
            _invariants.Deadlines.Renew(before!.Value.Node, before.Value.Instance, before.Value.Check);
        }

        PlantInHeartbeat();
        AuditNoChange();
    }

    private void Report()
    {
        string node = AnyNode();
        List<CheckRef> checks = Checks(node);
        string checkId = checks.Count > 0 && _random.Next(8) > 0 ? IdOf(checks[_random.Next(checks.Count)]) : "absent";
        CheckRef? before = Catalog.FindNode(node) is { } home ? Catalog.FindCheck(home, checkId) : null;
        var status = (HealthStatus)_random.Next(3);
        var kind = (ReportKind)_random.Next(3);
        CommandResult result = Catalog.ReportCheck(node, checkId, status, $"o{_random.Next(2)}", kind);
        Say($"report {node} {checkId} {status} as {kind}", result);
        bool allowed = before is { } found && (kind != ReportKind.Ttl || found.Check.Definition.Kind == CheckKind.Ttl)
            && !(found.Instance is not null && StateCheck.IsState(found.Check));
        Expect(result.Ok == allowed, $"S1: a report on {checkId} answered {result.Error}");
        if (result.Ok)
        {
            CheckRef after = Catalog.FindCheck(Catalog.FindNode(node)!, checkId)!.Value;
            Expect(kind == ReportKind.Probe || after.Check.Status == status, $"S1: {checkId} was reported {status} and is {after.Check.Status}");
            if (status == HealthStatus.Passing && after.Check.Status == HealthStatus.Passing && before!.Value.Instance is { } owner)
            {
                _invariants.Ready(node, owner.Data.IdText);
            }

            AuditOwner(node, before!.Value.Instance);
            _invariants.Deadlines.Renew(after.Node, after.Instance, after.Check);
        }
        else
        {
            AuditNoChange();
        }
    }

    private void RegisterCheck()
    {
        string node = AnyNode();
        string? id = _random.Next(4) == 0 ? null : AnyId();
        CheckDefinition definition = AnyCheck(id is null ? $"node-{_random.Next(2)}" : _random.Next(3) == 0 ? null : $"c{id}-{_random.Next(2)}");
        HealthStatus? status = _random.Next(2) == 0 ? null : (HealthStatus)_random.Next(3);
        CommandResult result = Catalog.RegisterCheck(node, id, definition, status, status is null ? null : "registered");
        Say($"register check {node}/{id} {Describe([definition])} as {status}", result);
        bool allowed = Catalog.FindNode(node) is not null && (id is null || _invariants.IsRegistered(node, id));
        Expect(result.Ok == allowed, $"S1: register check on {node}/{id} answered {result.Error}");
        if (!result.Ok)
        {
            AuditNoChange();
            return;
        }

        Node home = Catalog.FindNode(node)!;
        Instance? owner = id is null ? null : Catalog.FindInstance(home, id);
        CheckRef after = Catalog.FindCheck(home, definition.Id ?? $"service:{id}")!.Value;
        Expect(status is null || after.Check.Status == status, $"S1: a check was registered as {status} and is {after.Check.Status}");
        AuditOwner(node, owner);
        _invariants.Deadlines.Renew(home, owner, after.Check);
    }

    private void DeregisterCheck()
    {
        string node = AnyNode();
        List<CheckRef> checks = Checks(node);
        if (checks.Count == 0)
        {
            return;
        }

        CheckRef chosen = checks[_random.Next(checks.Count)];
        string checkId = IdOf(chosen);
        CommandResult result = Catalog.DeregisterCheck(node, checkId);
        Say($"deregister check {node} {checkId}", result);
        Expect(result.Ok && Catalog.FindCheck(Catalog.FindNode(node)!, checkId) is null, $"S2: check {checkId} was removed and is there: {result.Error}");
        if (chosen.Instance is { } owner && StateCheck.IsOverride(chosen.Check))
        {
            _invariants.StateSet(node, owner.Data.IdText, null);
        }
        else if (chosen.Instance is { } ready && StateCheck.IsStarting(chosen.Check))
        {
            _invariants.Ready(node, ready.Data.IdText);
        }

        AuditOwner(node, chosen.Instance);
    }

    private void Maintain()
    {
        string node = AnyNode();
        string? id = _random.Next(3) == 0 ? null : AnyId();
        bool enable = _random.Next(2) == 0;
        CommandResult result = Catalog.SetMaintenance(node, id, enable, $"why{_random.Next(2)}");
        Say($"maintenance {node}/{id} {enable}", result);
        bool allowed = Catalog.FindNode(node) is not null && (id is null || _invariants.IsRegistered(node, id));
        Expect(result.Ok == allowed, $"S1: maintenance of {node}/{id} answered {result.Error}");
        if (id is null)
        {
            AuditNode(node);
        }
        else
        {
            if (result.Ok)
            {
                _invariants.StateSet(node, id, enable ? InstanceState.OutOfService : null);
            }

            AuditInstance(node, id);
        }
    }

    private void SetState()
    {
        string node = AnyNode(), id = AnyId();
        bool present = _invariants.IsRegistered(node, id);
        long epoch = AnyEpoch(node, id);
        bool isStale = present && IsStale(node, id, epoch);
        InstanceState? state = _random.Next(3) == 0 ? null : (InstanceState)_random.Next(4);
        CommandResult result = state is { } next
            ? Catalog.SetState(node, id, next, $"why{_random.Next(2)}", AsSent(epoch))
            : Catalog.ClearState(node, id, epoch: AsSent(epoch));
        Say($"state {node}/{id} epoch {epoch} {state?.ToString() ?? "cleared"}", result);
        Expect(result.Error == CatalogError.StaleEpoch == isStale, $"S6: the state of {id} on {node} by epoch {epoch} answered {result.Error}");
        Expect(result.Ok == (present && !isStale), $"S7: the state of {id} on {node} answered {result.Error}");
        if (result.Ok)
        {
            _invariants.StateSet(node, id, state);
        }

        AuditInstance(node, id);
    }

    private bool Awaits(CheckRef check) =>
        check.Instance is { } instance && _invariants.Expected(instance.Node.Name, instance.Data.IdText) is { AwaitsResult: true };

    private void AuditOwner(string node, Instance? instance)
    {
        if (instance is null)
        {
            AuditNode(node);
        }
        else
        {
            AuditInstance(node, instance.Data.IdText);
        }
    }

    private List<CheckRef> Checks(string node)
    {
        var checks = new List<CheckRef>();
        if (Catalog.FindNode(node) is not { } home)
        {
            return checks;
        }

        foreach (Check check in home.Checks)
        {
            checks.Add(new CheckRef(home, null, check));
        }

        foreach (Instance instance in Catalog.InstancesOn(home))
        {
            foreach (Check check in instance.Checks)
            {
                checks.Add(new CheckRef(home, instance, check));
            }
        }

        return checks;
    }

    private static string IdOf(CheckRef check) => check.Instance?.CheckIdOf(check.Check) ?? check.Check.Definition.Id!;
}
