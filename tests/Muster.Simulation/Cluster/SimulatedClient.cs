using Muster.Catalog;
using Muster.Model;

namespace Muster.Simulation.Cluster;

/// <summary>
/// A service that registers, renews, falls silent, comes back, moves and leaves, as clients do: through one server, and
/// through another when that one does not answer; a 404 makes it register again.
/// </summary>
internal sealed class SimulatedClient
{
    private readonly IWorld _world;
    private readonly Random _random;
    private int _plans;
    private int _revision;

    public SimulatedClient(IWorld world, Random random, int number, string service, Renewing renewing, bool onServerNode)
    {
        _world = world;
        _random = random;
        Id = $"i{number}";
        Service = service;
        OwnNode = $"h{number}";
        Renewing = renewing;
        OnServerNode = onServerNode;
        Number = number;
        Site = random.Next(world.Servers.Count);
        Home = Site;
        Ttl = TimeSpan.FromSeconds(random.Next(3) switch { 0 => 6, 1 => 10, _ => 15 + random.Next(16) });
    }

    public int Number { get; }

    public string Id { get; }

    public string Service { get; }

    /// <summary>The node it has to itself, unless it is registered on a server's.</summary>
    private string OwnNode { get; }

    public Renewing Renewing { get; }

    /// <summary>Registered on the node of the server that it talks to, as a client of an agent is; else on a node of its own.</summary>
    public bool OnServerNode { get; }

    public TimeSpan Ttl { get; }

    /// <summary>Near which server it runs: partitions take it along.</summary>
    public int Site { get; private set; }

    /// <summary>The server it talks to.</summary>
    public int Home { get; private set; }

    public long Epoch { get; private set; }

    /// <summary>The process runs and wants to be found.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>It wants to leave, and was not told yet that it did.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>What it says about itself.</summary>
    public HealthStatus Status { get; private set; } = HealthStatus.Passing;

    /// <summary>When it was last told by a server that it is registered there.</summary>
    public TimeSpan LastAnswer { get; private set; }

    private string Describe => $"{Service}/{Id}";

    public void Start()
    {
        if (!IsRunning)
        {
            IsRunning = true;
            IsLeaving = false;
            Status = HealthStatus.Passing;
            Epoch = Epoch == 0 && _random.Next(2) == 0 ? 0 : Epoch + 1;
            Home = Site;
            Try(Register);
        }
    }

    /// <summary>kill -9: nobody is told.</summary>
    public void Kill()
    {
        IsRunning = false;
        IsLeaving = false;
        _plans++;
    }

    public void Leave()
    {
        IsRunning = false;
        IsLeaving = true;
        Try(Deregister);
    }

    /// <summary>It now runs elsewhere, with the same address.</summary>
    public void Move(int site)
    {
        Site = Home = site;
        if (IsRunning)
        {
            Try(Register);
        }
    }

    /// <summary>It registers once more, sometimes something else.</summary>
    public void RegisterAgain(bool changed)
    {
        _revision += changed ? 1 : 0;
        if (IsRunning)
        {
            Try(Register);
        }
    }

    public void Report(HealthStatus status)
    {
        Status = status;
        if (IsRunning && Renewing == Renewing.Ttl)
        {
            Try(Renew);
        }
    }

    public void SetMaintenance(bool enable) =>
        Call(Home, server => Find(server) is { } instance && server.Catalog.SetMaintenance(instance.Node.Name, Id, enable, "simulated").Ok);

    private void Try(Func<ClusterServer, bool> what)
    {
        int plan = ++_plans;
        bool done = Call(Home, what);
        if (done)
        {
            LastAnswer = _world.Agenda.Now;
        }
        else
        {
            Home = (Home + 1) % _world.Servers.Count;
        }

        TimeSpan wait = !done ? TimeSpan.FromMilliseconds(200 + _random.Next(800)) : Ttl / 3 * (0.9 + 0.2 * _random.NextDouble());
        if (done && (IsLeaving || (Renewing == Renewing.Nothing && IsRunning)))
        {
            IsLeaving = false;
            return;
        }

        _world.Agenda.In(wait, () =>
        {
            if (plan == _plans)
            {
                Next(done, what);
            }
        });
    }

    private void Next(bool done, Func<ClusterServer, bool> what)
    {
        if (IsRunning)
        {
            Try(done || what == Renew ? Renew : Register);
        }
        else if (IsLeaving)
        {
            Try(Deregister);
        }
    }

    /// <summary>Asks a server, if it can be reached; false also when the answer gets lost.</summary>
    private bool Call(int index, Func<ClusterServer, bool> what)
    {
        ClusterServer server = _world.Servers[index];
        if (!server.IsUp || !_world.CanCall(Site, index))
        {
            return false;
        }

        if (server.IsPaused)
        {
            if (_random.Next(3) == 0)
            {
                // it lies in the socket until the server runs again; the client does not wait for that
                server.Do(StepKind.Command, Id, () => what(server));
            }

            return false;
        }

        if (!server.IsReady)
        {
            return false;
        }

        bool done = false;
        server.Do(StepKind.Command, Id, () => done = what(server));
        return done && (_random.Next(50) > 0 || !_world.Scenario.Faults.HasFlag(Faults.ClientPath));
    }

    private bool Register(ClusterServer server)
    {
        Catalog.Catalog catalog = server.Catalog;
        string node = OnServerNode ? server.Name : OwnNode;
        if (catalog.FindNode(node) is null)
        {
            catalog.RegisterNode(new NodeDefinition { Name = node, Address = $"10.1.0.{Number % 250}", Datacenter = "dc1" });
        }

        var definition = new InstanceDefinition
        {
            Service = Service, Id = Id, Address = $"10.2.0.{Number % 250}", Port = 1000 + Number, Epoch = Epoch,
            Tags = _revision % 3 == 0 ? [] : [$"r{_revision}"], Lease = Renewing == Renewing.Lease ? Ttl : TimeSpan.Zero,
        };
        List<CheckDefinition> checks = Renewing != Renewing.Ttl ? []
            : [new CheckDefinition { Name = "", Kind = CheckKind.Ttl, Ttl = Ttl, InitialStatus = HealthStatus.Passing }];
        CommandResult result = catalog.Register(node, definition, checks, replaceExistingChecks: true, "simulated");
        _world.Say($"{Describe} registers on {node} at {server.Name}, epoch {Epoch}, revision {_revision}: {(result.Ok ? "ok" : result.Error.ToString())}");
        if (result.Error == CatalogError.StaleEpoch)
        {
            Epoch = result.CurrentEpoch;
            return false;
        }

        SimulationFailure.Unless(result.Ok, $"S1: {Describe} could not register on {node} at {server.Name}: {result.Error} {result.Detail}");
        Instance? found = catalog.FindInstance(catalog.FindNode(node)!, Id);
        SimulationFailure.Unless(found is not null, $"S1: {Describe} was registered on {node} at {server.Name} and is not there");
        Heard(server, found!);
        return true;
    }

    private bool Renew(ClusterServer server)
    {
        Catalog.Catalog catalog = server.Catalog;
        if (Find(server) is not { } instance)
        {
            _world.Say($"{Describe} renews at {server.Name}: unknown");
            if (server.Bug != ClusterBug.RenewalResurrects)
            {
                return Register(server);
            }

            server.Do(StepKind.Heartbeat, Id, () => Register(server));
            return true;
        }

        string node = instance.Node.Name;
        bool done;
        switch (Renewing)
        {
            case Renewing.Lease:
                CommandResult renewed = catalog.Renew(node, Id, Epoch);
                Epoch = renewed.Error == CatalogError.StaleEpoch ? renewed.CurrentEpoch : Epoch;
                done = renewed.Ok;
                break;
            case Renewing.Ttl:
                string check = $"service:{Id}";
                done = (Status == HealthStatus.Passing && node == server.Name && catalog.TryPass(check, ""))
                    || catalog.ReportCheck(node, check, Status, "", ReportKind.Ttl).Ok;
                break;
            default:
                return true;
        }

        if (!done)
        {
            _world.Say($"{Describe} renews at {server.Name}: refused");
            return Register(server);
        }

        if (Renewing == Renewing.Lease || Status != HealthStatus.Critical)
        {
            Heard(server, instance);
        }

        return true;
    }

    private bool Deregister(ClusterServer server)
    {
        if (Find(server) is not { } instance)
        {
            // Not here: it expired, or this server has not heard of it. The client cannot tell, and is content.
            return true;
        }

        CommandResult result = server.Catalog.Deregister(instance.Node.Name, Id, "simulated", Epoch);
        _world.Say($"{Describe} deregisters at {server.Name}: {(result.Ok ? "ok" : result.Error.ToString())}");
        SimulationFailure.Unless(
            !result.Ok || server.Catalog.FindInstance(instance.Node, Id) is null, $"S2: {Describe} was deregistered at {server.Name} and is there");
        return result.Ok || result.Error == CatalogError.StaleEpoch;
    }

    /// <summary>The instance that a call with this id is about: on the server's own node, else the one on any other.</summary>
    private Instance? Find(ClusterServer server)
    {
        if (!OnServerNode)
        {
            return server.Catalog.FindNode(OwnNode) is { } node ? server.Catalog.FindInstance(node, Id) : null;
        }

        if (server.Catalog.FindNode(server.Name) is { } own && server.Catalog.FindInstance(own, Id) is { } here)
        {
            return here;
        }

        foreach (ClusterServer other in _world.Servers)
        {
            if (server.Catalog.FindNode(other.Name) is { } node && server.Catalog.FindInstance(node, Id) is { } there)
            {
                return there;
            }
        }

        return null;
    }

    private void Heard(ClusterServer server, Instance instance)
    {
        var name = new EntryName(instance.Node.Name, Id);
        string check = Renewing == Renewing.Lease ? ServerAudit.Lease : "";
        if (Renewing == Renewing.Nothing)
        {
            return;
        }

        server.Audit.Evidence.Hear(name, check, directly: true);
        _world.Signs[name] = _world.Agenda.Now;
        foreach (ClusterServer owner in _world.Servers)
        {
            if (owner != server && owner.Catalog?.Origin == instance.Tenure.Owner)
            {
                _world.ExpectForwarded(server, owner, name, check);
                return;
            }
        }
    }
}
