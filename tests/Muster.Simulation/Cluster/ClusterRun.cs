using System.Runtime.CompilerServices;
using Muster.Simulation.Cluster.Readers;

namespace Muster.Simulation.Cluster;

/// <summary>
/// One simulated life of a whole cluster, all of it decided by a seed: servers, clients, the network between them and what
/// goes wrong with each. First things go wrong, and nothing that may be claimed meanwhile may break (safety); then faults
/// stop, and the cluster must come to rest in bounded time, with what it must show (liveness). The parts: Faults, Reading, Settling.
/// </summary>
internal sealed partial class ClusterRun : IWorld, IDisposable
{
    /// <summary>When the world begins.</summary>
    public static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The same, as clocks of versions count.</summary>
    public static readonly long EpochMicroseconds = Muster.Catalog.VersionClock.Microseconds(Epoch);

    private const int MostLines = 200_000;

    private readonly Random _random;
    private readonly List<string>? _trace;
    private readonly List<ClusterServer> _servers = [];
    private readonly List<SimulatedClient> _clients = [];
    private readonly List<SimulatedReader> _readers = [];
    private readonly List<string> _services = [];
    private readonly int[,] _callsBlocked;

    private ClusterRun(int seed, int instances, ClusterBug bug, bool tracing)
    {
        _random = new Random(seed);
        _trace = tracing ? [] : null;
        Scenario = Scenario.From(_random, instances);
        Say(Scenario.ToString());
        Network = new Network(Agenda, _random, Scenario, _servers);
        _callsBlocked = new int[Scenario.Servers, Scenario.Servers];
        for (int i = 0; i < Scenario.Servers; i++)
        {
            _servers.Add(new ClusterServer(this, Scenario, i, _random, bug));
        }

        for (int i = 0; i < Math.Max(4, instances / 50); i++)
        {
            _services.Add($"svc{i}");
        }

        for (int i = 0; i < instances; i++)
        {
            Renewing renewing = _random.Next(8) switch { 0 => Renewing.Nothing, < 4 => Renewing.Ttl, _ => Renewing.Lease };
            _clients.Add(new SimulatedClient(this, _random, i, _services[_random.Next(_services.Count)], renewing, onServerNode: _random.Next(3) > 0));
        }

        AddReaders(new Random(seed), bug);
    }

    public Agenda Agenda { get; } = new();

    public Network Network { get; }

    public Ledger Ledger { get; } = new();

    public Scenario Scenario { get; }

    public IReadOnlyList<ClusterServer> Servers => _servers;

    public IReadOnlyList<string> Services => _services;

    public Dictionary<EntryName, TimeSpan> Signs { get; } = [];

    /// <summary>Lives one life. Null when everything held; else what did not, with the seed and what led to it.</summary>
    public static string? Try(int seed, int instances, ClusterBug bug, Tally? tally = null)
    {
        if (FailureOf(seed, instances, bug, tracing: false, tally, out _) is not { } first)
        {
            return null;
        }

        if (bug != ClusterBug.None)
        {
            return first;
        }

        // It happens again, because all of it follows from the seed: this time with every word written down.
        string? failure = FailureOf(seed, instances, bug, tracing: true, null, out List<string> trace);
        return $"seed {ClusterSeed.Name(seed, instances)}: {failure ?? $"{first} (it did not happen again: something is not decided by the seed)"}\n  "
            + string.Join("\n  ", trace.Take(1).Concat(trace.TakeLast(80)));
    }

    /// <summary>Every step of a life, for comparing two.</summary>
    public static IReadOnlyList<string> Trace(int seed, int instances)
    {
        FailureOf(seed, instances, ClusterBug.None, tracing: true, null, out List<string> trace);
        return trace;
    }

    public bool CanCall(int site, int server) => _callsBlocked[site, server] == 0 && Network.CanTalk(site, server);

    public bool IsSample(EntryName name) => Scenario.Instances <= ClusterSeed.Few || name.Id[^1] == '7';

    public void ExpectForwarded(ClusterServer seenBy, ClusterServer owner, EntryName name, string check)
    {
        if (!IsSample(name))
        {
            return;
        }

        TimeSpan at = Agenda.Now;
        Agenda.In(Slack.Forwarding, () =>
        {
            // what moved or went meanwhile has nobody to be told of, and what was taken over is told to who has it now
            bool isOwners = seenBy.Audit.States.TryGetValue(name, out HeldState? state) && state.Removed is null && state.Tenure.Owner == owner.Catalog?.Origin;
            if (isOwners && MustHear(owner, seenBy, at - Slack.Reconnecting))
            {
                owner.Audit.Evidence.HearLate(name, check, at);
            }
        });
    }

    public bool IsTracing => _trace is not null;

    public void Say([InterpolatedStringHandlerArgument("")] ref LazyText what)
    {
        if (IsTracing)
        {
            Say(what.Take());
        }
    }

    public void Say(string what)
    {
        if (_trace is null)
        {
            return;
        }

        _trace.Add($"{Agenda.Now.TotalSeconds:0.000} {what}");
        if (_trace.Count > MostLines)
        {
            _trace.RemoveRange(1, MostLines / 2);
        }
    }

    public void Dispose()
    {
        foreach (SimulatedReader reader in _readers)
        {
            reader.Dispose();
        }

        foreach (ClusterServer server in _servers)
        {
            server.Dispose();
        }
    }

    /// <summary>Both have run, and the way from one to the other has been well, for so long that what one sends the other has.</summary>
    public static bool MustHear(IWorld world, ClusterServer listener, ClusterServer speaker, TimeSpan since)
    {
        Path there = world.Network[speaker.Index, listener.Index], back = world.Network[listener.Index, speaker.Index];
        return listener.IsReady && speaker.IsReady && listener.RunningSince < since && speaker.RunningSince < since
            && !listener.IsPoisoned && !speaker.IsPoisoned && !listener.HasLeft && !speaker.HasLeft
            && there.IsHealthy && there.HealthySince < since && back.IsHealthy && back.HealthySince < since;
    }

    private bool MustHear(ClusterServer listener, ClusterServer speaker, TimeSpan since) => MustHear(this, listener, speaker, since);

    private static string? FailureOf(int seed, int instances, ClusterBug bug, bool tracing, Tally? tally, out List<string> trace)
    {
        using var run = new ClusterRun(seed, instances, bug, tracing);
        trace = run._trace ?? [];
        string? failure = SimulationFailure.Of(run.Live);
        tally?.Add(run.Agenda, run.Network, run._kindsSeen);
        return failure;
    }

    private void Live()
    {
        foreach (ClusterServer server in _servers)
        {
            Agenda.InSeconds(server.Index * _random.NextDouble() * 3, server.Start);
        }

        foreach (SimulatedClient client in _clients)
        {
            Agenda.InSeconds(5 + _random.NextDouble() * 30, client.Start);
            PlanEvent(client);
        }

        StartReaders();
        PlanFault();
        Agenda.InSeconds(5, Look);
        Agenda.RunUntil(Scenario.Length);
        Settle();
    }

    /// <summary>Now and then everything is compared that is otherwise compared change by change.</summary>
    private void Look()
    {
        foreach (ClusterServer server in _servers)
        {
            if (server.IsRunning)
            {
                server.AuditAll();
            }
        }

        Agenda.InSeconds(Scenario.Instances > 100 ? 60 : 20, Look);
    }

    /// <summary>Twice the mean. Many clients do less each, so that a cluster of many is not busy with nothing else.</summary>
    private int SecondsBetweenEvents => Scenario.Instances <= ClusterSeed.Few ? 120 : 900;

    private void PlanEvent(SimulatedClient client) => Agenda.InSeconds(_random.NextDouble() * SecondsBetweenEvents, () =>
    {
        if (!_isSettling)
        {
            Befall(client);
            PlanEvent(client);
        }
    });

    private void Befall(SimulatedClient client)
    {
        if (!client.IsRunning)
        {
            client.Start();
            return;
        }

        switch (_random.Next(16))
        {
            case < 2: client.Kill(); break;
            case < 4: client.Leave(); break;
            case < 6: client.Move(_random.Next(_servers.Count)); break;
            case < 8: client.RegisterAgain(changed: true); break;
            case < 10: client.RegisterAgain(changed: false); break;
            case < 12: client.Report((Model.HealthStatus)_random.Next(3)); break;
            case < 14: client.SetMaintenance(_random.Next(2) == 0); break;
            default: client.Kill(); client.Start(); break;
        }
    }
}
