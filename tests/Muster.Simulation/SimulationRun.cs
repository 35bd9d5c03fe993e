using Muster.Catalog;
using Muster.Model;

namespace Muster.Simulation;

/// <summary>
/// One simulated life of a server, all of it decided by a seed: random commands, time, faults and restarts, and the
/// <see cref="Invariants"/> after each step. The parts: Registering, Checking, Surroundings.
/// </summary>
internal sealed partial class SimulationRun : IDisposable
{
    private const int Steps = 300;

    private static readonly string[] NodeNames = ["n1", "n2", "Other"];

    private readonly Random _random;
    private readonly PlantedBug _bug;
    private readonly List<string>? _trace;
    private readonly SimulatedServer _server;
    private readonly Invariants _invariants;
    private readonly View[] _views;
    private bool _diskFails;

    private SimulationRun(int seed, PlantedBug bug, bool tracing)
    {
        _random = new Random(seed);
        _bug = bug;
        _trace = tracing ? [] : null;
        _server = new SimulatedServer(_random, bug);
        _views =
        [
            .. Enumerable.Range(0, 5).Select(i => new ServiceInstancesView($"s{i}")), .. NodeNames.Select(name => new NodeView(name)),
            ListView.Services(), ListView.Nodes(), ListView.Checks(),
        ];
        _invariants = new Invariants(_server, _views);
    }

    private Catalog.Catalog Catalog => _server.Catalog;

    /// <summary>Lives one life. Null when everything held; else what did not, with the seed and what led to it.</summary>
    public static string? Try(int seed, PlantedBug bug = PlantedBug.None)
    {
        if (FailureOf(seed, bug, tracing: false, out _) is null)
        {
            return null;
        }

        // It happens again, because all of it follows from the seed: this time with every word written down.
        string? failure = FailureOf(seed, bug, tracing: true, out List<string> trace);
        return $"seed {seed}: {failure ?? "(it did not happen again: something is not decided by the seed)"}\n  "
            + string.Join("\n  ", trace.TakeLast(60));
    }

    /// <summary>Every step of a life, for comparing two.</summary>
    public static IReadOnlyList<string> Trace(int seed)
    {
        FailureOf(seed, PlantedBug.None, tracing: true, out List<string> trace);
        return trace;
    }

    public void Dispose() => _server.Dispose();

    private static string? FailureOf(int seed, PlantedBug bug, bool tracing, out List<string> trace)
    {
        using var run = new SimulationRun(seed, bug, tracing);
        trace = run._trace ?? [];
        return SimulationFailure.Of(run.Live);
    }

    private void Live()
    {
        Recovered();
        for (int step = 0; step < Steps; step++)
        {
            Step();
            TurnWatchers();
        }

        Settle();
    }

    private void Step()
    {
        switch (_random.Next(100))
        {
            case < 22: Register(); break;
            case < 28: Deregister(); break;
            case < 34: Renew(); break;
            case < 40: Pass(); break;
            case < 48: Report(); break;
            case < 53: RegisterCheck(); break;
            case < 55: DeregisterCheck(); break;
            case < 58: Maintain(); break;
            case < 61: SetState(); break;
            case < 63: RegisterNode(); break;
            case < 64: DeregisterNode(); break;
            case < 74: LetTimePass(); break;
            case < 76: Pause(); break;
            case < 78: SetWallClock(); break;
            case < 86: Flush(); break;
            case < 89: Snapshot(); break;
            case < 91: BreakOrMendDisk(); break;
            case < 97: OpenOrAbandonWatch(); break;
            default: End(); break;
        }
    }

    /// <summary>The fault phase is over: the disk is well, time passes, everybody reads. Now everything must come to rest.</summary>
    private void Settle()
    {
        Say("settle");
        _diskFails = true;
        BreakOrMendDisk();
        for (int second = 0; second < 20; second++)
        {
            RunTicks(1);
            KeepSnapshots();
            while (_server.Journal.Status.QueuedBytes > 0)
            {
                _server.Flush();
            }
        }

        _server.Flush();
        KeepSnapshots();
        SimulationFailure.Unless(
            _server.Journal.Status.State == Journal.JournalState.Healthy, $"S1: the disk is well, the journal is not: {_server.Journal.Status.Reason}");
        DeliverWakes(all: true);
        TurnWatchers();
        _invariants.AuditQuiescence();
        _invariants.Audit(explains: null);
        _server.Restart();
        Recovered();
    }

    private void Recovered()
    {
        _invariants.AuditRecovery();
        CommandResult announced = Catalog.AnnounceSelf("1.0", 8300);
        _server.Flush(); // before anybody is served, if the disk lets it
        _invariants.AnnouncedAt = announced.Sequence;
        _invariants.Registered("n1", Catalog.FindInstance(Catalog.LocalNode, "consul")!.Data.Unpack());
        _invariants.Audit(static change => change.Kind == ChangeKind.Run || (change.Kind == ChangeKind.Node ? change.Node!.Name == "n1" : change.After?.Data.IdText == "consul"));
    }

    private void TurnWatchers()
    {
        DeliverWakes(all: _random.Next(8) == 0);
        foreach (SimulatedWatcher watcher in _invariants.Watchers)
        {
            watcher.Turn(Catalog);
        }
    }

    private void DeliverWakes(bool all)
    {
        while (_server.Wakes.Count > 0 && (all || _random.Next(2) == 0))
        {
            WakeChain chain = _server.Wakes.Dequeue();
            while (chain.WakeSome(64))
            {
            }
        }

        if (all && _server.Wakes.Count == 0)
        {
            _invariants.AuditQuiescence();
        }
    }

    /// <summary>A step that only reads or concerns nothing visible: it may change nothing.</summary>
    private void AuditNoChange() => _invariants.Audit(explains: null);

    private void AuditInstance(string node, string id) =>
        _invariants.Audit(change => (change.After ?? change.Before) is { } instance && instance.Data.IdText == id && IsNamed(instance.Node, node));

    private void AuditNode(string node) => _invariants.Audit(change => change.Kind == ChangeKind.Node && IsNamed(change.Node!, node));

    private static bool IsNamed(Node node, string name) => node.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private string AnyNode() => NodeNames[_random.Next(NodeNames.Length)];

    private string AnyId() => $"i{_random.Next(9)}";

    private TimeSpan Short() => TimeSpan.FromMilliseconds(_random.Next(1, 12) * 250 + _random.Next(3));

    private void Say(string what) => _trace?.Add($"{_server.Time.Now.TotalSeconds:0.000} {what}");

    private void Say(string what, CommandResult result) =>
        Say($"{what} -> {(result.Ok ? "ok" : result.Error)} [{result.Sequence}, durable {_server.Journal.Status.DurableSequence}]");

    private static void Expect(bool holds, string message) => SimulationFailure.Unless(holds, message);
}
