using Microsoft.Extensions.Logging.Abstractions;
using Muster.Catalog;
using Muster.Cluster;
using Muster.Simulation.Cluster.Readers;

namespace Muster.Simulation.Cluster;

/// <summary>
/// A server without its heads: the real catalog, leases, preservation, cluster node and journal, put together as the agent
/// does it, over a clock, a disk and a network in memory. It may live several times.
/// </summary>
internal sealed class ClusterServer : IPeerTransport, IClusterWake, IWakeDispatcher, IDisposable
{
    private readonly IWorld _world;
    private readonly Scenario _scenario;
    private readonly Random _random;
    private readonly ClusterBug _bug;
    private readonly Queue<WakeChain> _wakes = new();
    private readonly List<Action> _waiting = [];
    private readonly ServerDisk _disk;
    private TimeSpan _stoppedAt;
    private bool _tickPlanned;

    public ClusterServer(IWorld world, Scenario scenario, int index, Random random, ClusterBug bug)
    {
        _world = world;
        _scenario = scenario;
        _random = random;
        _bug = bug;
        Index = index;
        Name = $"s{index}";
        Options = new CatalogOptions
        {
            NodeName = Name, NodeId = $"{index + 1:00000000}-0000-4000-8000-{random.Next(1 << 30):000000000000}", NodeAddress = $"10.0.0.{index + 1}",
            Replicated = true, Tick = scenario.Tick, PauseThreshold = TimeSpan.FromSeconds(2), TombstoneAge = scenario.TombstoneAge,
            Preservation = new PreservationOptions { Enabled = scenario.Preserving, MinExpected = scenario.LeastToPreserve, MaxHold = TimeSpan.FromSeconds(60) },
        };
        _disk = new ServerDisk(random, scenario, bug);
        Audit = new ServerAudit(world, this);
        Head = new WatchHead(this);
        _disk.Buried = Audit.OnBuried;
    }

    public int Index { get; }

    public ClusterBug Bug => _bug;

    public string Name { get; }

    public CatalogOptions Options { get; }

    /// <summary>The server's own clocks. They stand still for it while it is stopped.</summary>
    public ManualTime Time { get; } = new(frequency: 3_000_017);

    public Catalog.Catalog Catalog { get; private set; } = null!;

    public ClusterNode Node { get; private set; } = null!;

    /// <summary>Counts starts, from 1.</summary>
    public int Life { get; private set; }

    public bool IsUp { get; private set; }

    public bool IsPaused { get; private set; }

    public bool IsRunning => IsUp && !IsPaused;

    /// <summary>Since when the process runs without having been stopped.</summary>
    public TimeSpan RunningSince { get; private set; }

    public ServerAudit Audit { get; }

    /// <summary>What clients that read see of it.</summary>
    public WatchHead Head { get; }

    /// <summary>The place in the journal reached.</summary>
    public long Sequence => _disk.LastSequence;

    /// <summary>It said that it leaves.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Its clock was far ahead, and its versions may still be.</summary>
    public bool IsPoisoned { get; private set; }

    /// <summary>Ready for clients.</summary>
    public bool IsReady => IsRunning && !HasLeft && Node.View.IsSynced;

    /// <summary>What it is doing: who made the changes of this step.</summary>
    public StepKind Doing { get; private set; }

    /// <summary>Whom a command is about.</summary>
    public string Subject { get; private set; } = "";

    /// <summary>What is remembered of the other members when the process ends, as the agent keeps it in a file.</summary>
    private List<MemberRecord> KnownMembers { get; set; } = [];

    /// <summary>Starts the process.</summary>
    public void Start()
    {
        IsUp = true;
        HasLeft = false;
        Life++;
        RunningSince = _world.Agenda.Now;
        CatchUp();
        Doing = StepKind.Start;
        _wakes.Clear();
        _waiting.Clear();
        Catalog = new Catalog.Catalog(WithBug(Options), LeaseTime(), new Random(_random.Next()), _disk, this) { Rules = new WrongMergeRules(_bug) };
        _disk.Open(Catalog, Time);
        if (_bug == ClusterBug.LeasesRunBeforeReady)
        {
            Catalog.Replica.BeginServing();
        }

        long journalClock = _disk.LastSequence == 0 ? 0 : Catalog.Replica.HighestClock;
        if (_bug == ClusterBug.IndexRestartsLow && _disk.LastSequence > 0)
        {
            PlantedSeams.IndexOf(Catalog) -= 1 << 21;
            PlantedSeams.ExtinctionOf(Catalog) -= 1 << 21;
        }

        Catalog.Subscribe(Audit);
        Head.Begin();
        Audit.Begin(_disk.LastSequence);
        Catalog.AnnounceSelf("1.0", 8300);
        _disk.Flush();
        Node = new ClusterNode(
            new ClusterOptions
            {
                NodeId = Options.NodeId, Name = Name, PeerAddress = $"{Name}:8301", Boot = VersionClock.Microseconds(Time.GetUtcNow()),
                JoinTargets = JoinTargets(), KnownMembers = KnownMembers, JournalClock = journalClock, TombstoneAge = Options.TombstoneAge,
                OwnerTimeout = _scenario.OwnerTimeout, MaxClockLead = _bug == ClusterBug.FarAheadWins ? TimeSpan.FromDays(1) : TimeSpan.FromSeconds(60),
            },
            Catalog, Time, new Random(_random.Next()), this, this, NullLogger.Instance, isolation: null, rules: new WrongClusterRules(_bug));
        Node.Start();
        AfterStep();
        _world.Network.ResetThoseOf(Index);
        PlanTick(Life, _random.NextDouble());
    }

    /// <summary>Lets the process do something: as soon as it runs, if it is stopped.</summary>
    public void Do(StepKind kind, string subject, Action what)
    {
        if (IsPaused)
        {
            int life = Life;
            _waiting.Add(() =>
            {
                if (life == Life)
                {
                    Do(kind, subject, what);
                }
            });
        }
        else if (IsUp)
        {
            CatchUp();
            Doing = kind;
            Subject = subject;
            what();
            AfterStep();
        }
    }

    /// <summary>Lets the process answer somebody who reads, which changes nothing.</summary>
    public void Serve(Action what)
    {
        CatchUp();
        what();
    }

    public void Receive(SimulatedLink link, byte[] message) => Do(StepKind.Message, "", () => Node.OnMessage(link, message));

    public void OnConnected(SimulatedLink link, ClusterServer peer, bool dialed)
    {
        PeerHello hello = peer.Node.Hello;
        Do(StepKind.Message, "", () => Node.OnConnected(link, hello, dialed));
    }

    public void OnDisconnected(SimulatedLink link, string reason)
    {
        if (link.Life == Life)
        {
            Do(StepKind.Message, "", () => Node.OnDisconnected(link, reason));
        }
    }

    public void OnDialFailed(int life, string target, string reason)
    {
        if (life == Life)
        {
            Do(StepKind.Message, "", () => Node.OnDialFailed(target, reason));
        }
    }

    public void Dial(string target) => _world.Network.Dial(this, target);

    public void Wake() => PlanClusterTick();

    public void Dispatch(WakeChain chain)
    {
        if (!Head.TryTake(chain) && (_bug != ClusterBug.WakeLost || _random.Next(8) > 0))
        {
            _wakes.Enqueue(chain);
        }
    }

    /// <summary>SIGSTOP, a suspended machine: time goes by without it.</summary>
    public void Pause()
    {
        IsPaused = true;
        _stoppedAt = _world.Agenda.Now;
    }

    public void Resume()
    {
        IsPaused = false;
        RunningSince = _world.Agenda.Now;
        Time.Jump(_world.Agenda.Now - Time.Now);
        Action[] waiting = [.. _waiting];
        _waiting.Clear();
        foreach (Action what in waiting)
        {
            what();
        }

        _world.Network.Pump(null, Index);
    }

    /// <summary>The process ends at once: by SIGKILL, or with the machine's power.</summary>
    public void Crash(bool powerLoss)
    {
        Down(silently: powerLoss);
        _disk.Crash(powerLoss);
    }

    /// <summary>A clean end.</summary>
    public void Stop()
    {
        Down(silently: false);
        _disk.Stop();
    }

    /// <summary>The data directory is gone; the process must be down.</summary>
    public void LoseData()
    {
        _disk.Wipe();
        KnownMembers = [];
        IsPoisoned = Skew > Slack.ClockLead / 2;
        Audit.DataLost();
    }

    public void SetWallClock(TimeSpan skew)
    {
        CatchUp();
        Skew = skew;
        IsPoisoned |= skew > Slack.ClockLead / 2;
        Time.SetWallClock(ClusterRun.Epoch + Time.Now + skew);
    }

    /// <summary>How far the wall clock is ahead of the world's.</summary>
    public TimeSpan Skew { get; private set; }

    /// <summary>Whether it did anything within a span before now.</summary>
    public bool WasRunningWithin(TimeSpan span) => IsRunning || _world.Agenda.Now - _stoppedAt < span;

    public void Leave()
    {
        HasLeft = true;
        Do(StepKind.ClusterTick, "", Node.Leave);
    }

    public void BreakDisk(bool broken) => _disk.Fail(broken);

    /// <summary>Compares all that is otherwise compared change by change.</summary>
    public void AuditAll()
    {
        DeliverWakes();
        // S1: what reads show is what the feed of changes said, so the journal holds all of it.
        string? difference = _disk.State.DifferenceTo(Catalog);
        SimulationFailure.Unless(difference is null, $"S1: reads of {Name} and its feed of changes differ: {difference}");
        Audit.AuditRest();
    }

    public void Dispose() => _disk.Dispose();

    /// <summary>What its leases run on.</summary>
    private TimeProvider LeaseTime() => _bug == ClusterBug.WallClockInLease ? new WallClock(Time) : Time;

    private CatalogOptions WithBug(CatalogOptions options) => _bug switch
    {
        ClusterBug.NoTombstone => options with { MaxTombstones = 1 },
        ClusterBug.TombstoneDroppedEarly => options with { TombstoneAge = TimeSpan.FromSeconds(10), MaxTombstoneAge = TimeSpan.Zero },
        ClusterBug.PauseBlamedOnInstances => options with { PauseThreshold = TimeSpan.FromDays(1) },
        _ => options,
    };

    private List<string> JoinTargets() =>
        [.. Enumerable.Range(0, _scenario.Servers).Where(other => other != Index && (_scenario.AllKnown || other == Math.Max(0, Index - 1))).Select(other => $"s{other}:8301")];

    private void Down(bool silently)
    {
        KnownMembers = [.. Node.View.Members.Where(member => !member.IsSelf).Select(member => member.Record)];
        _stoppedAt = IsPaused ? _stoppedAt : _world.Agenda.Now;
        IsUp = false;
        IsPaused = false;
        _waiting.Clear();
        _wakes.Clear();
        Head.End(silently);
        _world.Network.EndAll(this, silently);
    }

    private void CatchUp()
    {
        TimeSpan behind = _world.Agenda.Now - Time.Now;
        if (behind > TimeSpan.Zero)
        {
            Time.Advance(behind);
        }
    }

    private void PlanTick(int life, double share = 1) =>
        _world.Agenda.In(share * _scenario.Tick, () =>
        {
            if (life != Life || !IsUp)
            {
                return;
            }

            if (!IsPaused)
            {
                Tick();
            }

            PlanTick(life);
        });

    private void Tick()
    {
        Do(StepKind.CatalogTick, "", Catalog.Tick);
        Do(StepKind.ClusterTick, "", TickCluster);
        if (_random.Next(4) > 0)
        {
            _disk.Flush();
        }

        _disk.Tend(Catalog);
    }

    private void TickCluster()
    {
        Node.Tick();
        if (_bug == ClusterBug.LostOwnerExpiresAtOnce)
        {
            Audit.TakenOver.ForEach(instance => PlantedSeams.ExpireNow(Catalog, instance));
        }
    }

    /// <summary>The loop of the cluster was woken.</summary>
    private void PlanClusterTick()
    {
        if (_tickPlanned)
        {
            return;
        }

        _tickPlanned = true;
        _world.Agenda.In(TimeSpan.FromMilliseconds(_random.Next(10)), () =>
        {
            _tickPlanned = false;
            if (IsRunning)
            {
                Do(StepKind.ClusterTick, "", TickCluster);
            }
        });
    }

    private void AfterStep()
    {
        Audit.AfterStep();
        Head.DeliverWakes();
        if (_wakes.Count > 0 && _random.Next(4) > 0)
        {
            DeliverWakes();
        }
    }

    /// <summary>Watchers that were taken off their watch points hear of it.</summary>
    public void DeliverWakes()
    {
        while (_wakes.TryDequeue(out WakeChain? chain))
        {
            while (chain.WakeSome(64))
            {
            }
        }

        Audit.TurnWatchers();
    }
}
