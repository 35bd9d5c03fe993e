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
            Lease = _random.Next(3) == 0 ? Short() : TimeSpan.Zero, IsStarting = _random.Next(4) == 0,
        };
        definition = definition with { Epoch = AnyEpoch(node, id) };
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
        bool isStale = IsStale(node, id, definition.Epoch);
        bool isCertain = _invariants.IsTraceCertain(node, id);
        CommandResult result = Catalog.Register(node, AsSent(definition), checks, replace, "simulated");
        Say($"register {node}/{definition.Service}/{id} epoch {definition.Epoch}{(definition.IsStarting ? " starting" : "")} port {definition.Port} lease {definition.Lease.TotalSeconds} checks {Describe(checks)}{(replace ? " replacing" : "")}", result);
        bool allowed = Catalog.FindNode(node) is not null && (before is not null || Catalog.Statistics.Instances < Catalog.Options.MaxInstances || result.Ok);
        Expect(!result.Ok || !isStale || !isCertain, $"S6: register {id} of epoch {definition.Epoch} on {node} was taken");
        Expect(result.Error != CatalogError.StaleEpoch || isStale || !isCertain, $"S6: register {id} of epoch {definition.Epoch} on {node} answered {result.Error}");
        Expect(result.Ok == allowed || result.Error == CatalogError.StaleEpoch, $"S1: register {id} on {node} answered {result.Error}");
        if (!result.Ok)
        {
            AuditNoChange();
            return;
        }

        bool changed = _server.Changes.Count > 0;
        Instance after = Catalog.FindInstance(Catalog.FindNode(node)!, id)!;
        Expect(after is not null, $"S1: {id} was registered on {node} and is not there");
        if (before is not null && definition.Epoch > _invariants.EpochOf(node, id))
        {
            _invariants.Deadlines.Forget(node, id);
        }

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
        long epoch = AnyEpoch(node, id);
        bool isStale = present && IsStale(node, id, epoch);
        CommandResult result = Catalog.Deregister(node, id, "simulated", AsSent(epoch));
        Say($"deregister {node}/{id} epoch {epoch}", result);
        Expect(result.Error == CatalogError.StaleEpoch == isStale, $"S6: deregister {id} of epoch {epoch} on {node} answered {result.Error}");
        Expect(result.Ok == (present && !isStale), $"S1: deregister {id} on {node} answered {result.Error}");
        if (result.Ok)
        {
            _invariants.Deregistered(node, id);
        }

        AuditInstance(node, id);
    }

    /// <summary>Mostly none; else the one before, the present or the next one.</summary>
    private long AnyEpoch(string node, string id) =>
        _random.Next(2) == 0 ? 0 : Math.Max(0, _invariants.EpochOf(node, id) + _random.Next(3) - 1);

    private bool IsStale(string node, string id, long epoch) => epoch > 0 && epoch < _invariants.EpochOf(node, id);

    /// <summary>What reaches the catalog of what a client said.</summary>
    private long AsSent(long epoch) => _bug == PlantedBug.EpochLost ? 0 : epoch;

    private InstanceDefinition AsSent(InstanceDefinition definition) => definition with { Epoch = AsSent(definition.Epoch) };

    private void Renew()
    {
        string node = AnyNode(), id = AnyId();
        long epoch = AnyEpoch(node, id);
        bool leased = Catalog.FindNode(node) is { } home && Catalog.FindInstance(home, id) is { Data.LeaseMilliseconds: > 0 } found
            && (epoch == 0 || epoch == found.Data.Epoch);
        CommandResult result = Catalog.Renew(node, id, AsSent(epoch));
        Say($"renew {node}/{id} epoch {epoch}", result);
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
