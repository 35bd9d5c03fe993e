using Muster.Catalog;
using Muster.Model;

namespace Muster.Simulation;

// What services and catalogs of nodes do: register, renew, leave.
internal sealed partial class SimulationRun
{
    private void Register()
    {
        string node = AnyNode(), id = AnyId();
        Instance? before = Catalog.FindNode(node) is { } home ? Catalog.FindInstance(home, id) : null;
        InstanceDefinition definition = before is not null && _random.Next(3) == 0 ? before.Data.Unpack() : new InstanceDefinition
        {
            Service = $"{(_random.Next(2) == 0 ? 's' : 'S')}{_random.Next(5)}", Id = id, Address = "10.0.0.1", Port = _random.Next(3),
            Tags = _random.Next(2) == 0 ? ["a"] : _random.Next(2) == 0 ? ["b", "c"] : [],
            Lease = _random.Next(3) == 0 ? Short() : TimeSpan.Zero,
        };
        List<CheckDefinition> checks = [];
        if (before is not null && _random.Next(2) == 0)
        {
            foreach (Check check in before.Checks)
            {
                checks.Add(check.Definition);
            }
        }
        else
        {
            checks = _random.Next(4) switch
            {
                0 => [], 1 => [AnyCheck(null)], 2 => [AnyCheck($"c{id}-0")], _ => [AnyCheck(null), AnyCheck($"c{id}-1")],
            };
        }

        bool replace = _random.Next(2) == 0;
        CommandResult result = Catalog.Register(node, definition, checks, replace, "simulated");
        Say($"register {node}/{definition.Service}/{id} port {definition.Port} lease {definition.Lease.TotalSeconds} checks {Describe(checks)}{(replace ? " replacing" : "")}", result);
        bool allowed = Catalog.FindNode(node) is not null && (before is not null || Catalog.Statistics.Instances < Catalog.Options.MaxInstances || result.Ok);
        Expect(result.Ok == allowed, $"S1: register {id} on {node} answered {result.Error}");
        if (!result.Ok)
        {
            AuditNoChange();
            return;
        }

        bool changed = _server.Changes.Count > 0;
        Instance after = Catalog.FindInstance(Catalog.FindNode(node)!, id)!;
        Expect(after is not null, $"S1: {id} was registered on {node} and is not there");
        _invariants.Registered(node, definition);
        AuditInstance(node, id);
        _invariants.Deadlines.Renew(after!);
        foreach (Check check in after!.Checks)
        {
            // Registering is a sign of life: of the whole instance when it is as it was, else of what it names.
            if (!changed || checks.Exists(named => named.Id == check.Definition.Id))
            {
                _invariants.Deadlines.Renew(after.Node, after, check);
            }
        }
    }

    private void Deregister()
    {
        string node = AnyNode(), id = AnyId();
        bool present = _invariants.IsRegistered(node, id);
        CommandResult result = Catalog.Deregister(node, id, "simulated");
        Say($"deregister {node}/{id}", result);
        Expect(result.Ok == present, $"S1: deregister {id} on {node} answered {result.Error}");
        _invariants.Deregistered(node, id);
        AuditInstance(node, id);
    }

    private void Renew()
    {
        string node = AnyNode(), id = AnyId();
        bool leased = Catalog.FindNode(node) is { } home && Catalog.FindInstance(home, id) is { Data.LeaseMilliseconds: > 0 };
        CommandResult result = Catalog.Renew(node, id);
        Say($"renew {node}/{id}", result);
        Expect(result.Ok == leased, $"S3: renew {id} on {node} answered {result.Error}");
        if (result.Ok)
        {
            _invariants.Deadlines.Renew(Catalog.FindInstance(Catalog.FindNode(node)!, id)!);
        }

        PlantInHeartbeat();
        AuditNoChange();
    }

    private void RegisterNode()
    {
        string node = AnyNode();
        CommandResult result = Catalog.RegisterNode(new NodeDefinition
        {
            Name = _random.Next(2) == 0 ? node.ToUpperInvariant() : node, Address = $"10.0.0.{_random.Next(3)}", Datacenter = "dc1",
            Metadata = [new("rack", $"{_random.Next(2)}")],
        });
        Say($"register node {node}", result);
        Expect(result.Ok && Catalog.FindNode(node) is not null, $"S1: register node {node} answered {result.Error}");
        AuditNode(node);
    }

    private void DeregisterNode()
    {
        string node = AnyNode();
        bool allowed = Catalog.FindNode(node) is not null && node != "n1";
        CommandResult result = Catalog.DeregisterNode(node, "simulated");
        Say($"deregister node {node}", result);
        Expect(result.Ok == allowed, $"S1: deregister node {node} answered {result.Error}");
        if (result.Ok)
        {
            Expect(Catalog.FindNode(node) is null, $"S2: node {node} was deregistered and is there");
            _invariants.NodeDeregistered(node);
        }

        _invariants.Audit(change => IsNamed(change.Node ?? change.Before!.Node, node) && change.Kind is ChangeKind.InstanceRemoved or ChangeKind.NodeRemoved);
    }

    private CheckDefinition AnyCheck(string? id) => _random.Next(5) switch
    {
        0 => new CheckDefinition
        {
            Id = id, Name = "http", Kind = CheckKind.Http, Http = new HttpProbe("http://127.0.0.1/"), Interval = TimeSpan.FromSeconds(10),
            FailuresBeforeCritical = _random.Next(3), SuccessBeforePassing = _random.Next(3), DeregisterAfter = _random.Next(2) * Short(),
        },
        1 => new CheckDefinition { Id = id, Name = "external", InitialStatus = HealthStatus.Passing },
        2 => new CheckDefinition { Id = id, Name = "ttl", Kind = CheckKind.Ttl, Ttl = TimeSpan.FromSeconds(1 + _random.Next(3)), InitialStatus = HealthStatus.Passing },
        _ => new CheckDefinition
        {
            Id = id, Name = "ttl", Kind = CheckKind.Ttl, Ttl = Short(), InitialStatus = (HealthStatus)_random.Next(3), DeregisterAfter = _random.Next(2) * Short(),
        },
    };

    private void PlantInHeartbeat()
    {
        if (_bug == PlantedBug.HeartbeatMovesIndex)
        {
            var wakes = new WakeChain();
            Catalog.ServicesPoint.Publish(Catalog.ServicesPoint.Index + 1, wakes);
            _server.Dispatch(wakes);
        }

        if (_bug == PlantedBug.WakeForNothing && _invariants.Watchers.Count > 0)
        {
            View view = _invariants.Watchers[_random.Next(_invariants.Watchers.Count)].View;
            if (view.PointOf(Catalog) is { } point)
            {
                var wakes = new WakeChain();
                point.Publish(point.Index, wakes);
                _server.Dispatch(wakes);
            }
        }
    }

    private static string Describe(List<CheckDefinition> checks) =>
        $"[{string.Join(' ', checks.Select(check => $"{check.Id ?? "-"}:{check.Kind}:{check.Ttl.TotalSeconds}:{check.DeregisterAfter.TotalSeconds}:{check.InitialStatus}"))}]";
}
