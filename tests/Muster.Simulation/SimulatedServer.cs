using Muster.Catalog;
using Muster.Journal;
using Muster.Journal.Tests;
using Muster.Model;
using Muster.Simulation.Cluster;

namespace Muster.Simulation;

/// <summary>
/// A server without its heads: the real catalog, leases and journal, put together as the agent does it, over a clock and
/// a disk in memory. Nothing here runs by itself: the run decides when the journal writes, a snapshot is taken, a
/// wake is delivered, and when the power fails.
/// </summary>
internal sealed class SimulatedServer : IChangeLog, IWakeDispatcher, IDisposable
{
    private readonly Random _random;
    private readonly PlantedBug _bug;
    private readonly JournalOptions _journalOptions;
    private readonly PackWriter _writer = new();
    private readonly List<(long Sequence, byte[] Record)> _registrations = [];
    private (JournalSnapshot Place, CatalogExport State)? _snapshot;
    private bool _attached;
    private int _swallowed;
    private long _latest;

    public SimulatedServer(Random random, PlantedBug bug)
    {
        _random = random;
        _bug = bug;
        _journalOptions = new JournalOptions
        {
            MaxRecordBytes = 16 * 1024, MaxQueuedBytes = 32 * 1024, SegmentBytes = 64 * 1024,
            PreallocateBytes = random.Next(2) * 3000, SnapshotAfterBytes = 64 * 1024, SnapshotsKept = 1 + random.Next(2),
        };
        var options = new CatalogOptions
        {
            NodeName = "n1", NodeId = "11111111-1111-1111-1111-111111111111",
            MaxVacantServices = random.Next(2) == 0 ? 3 : 100, MaxInstances = random.Next(4) == 0 ? 8 : 1000,
            ExpiriesPerSecond = random.Next(4) == 0 ? 2 : 1000, TombstoneAge = TimeSpan.FromMinutes(10),

            // this run judges every expiry to the tick; holds have their own model, and the cluster's run has them on
            Preservation = new PreservationOptions { Enabled = false },
        };
        Options = bug == PlantedBug.PauseBlamedOnInstances ? options with { PauseThreshold = TimeSpan.FromDays(1) } : options;
        Start();
    }

    /// <summary>What counts as the server's own pause.</summary>
    public static TimeSpan PauseThreshold { get; } = new CatalogOptions { NodeName = "", NodeId = "" }.PauseThreshold;

    public CatalogOptions Options { get; }

    public ManualTime Time { get; } = new(frequency: 3_000_017);

    public Catalog.Catalog Catalog { get; private set; } = null!;

    public Journal.Journal Journal { get; private set; } = null!;

    public MemoryStorage Storage { get; private set; } = new();

    /// <summary>Transitions since the run last looked.</summary>
    public List<CatalogChange> Changes { get; } = [];

    /// <summary>Wakes that are on their way.</summary>
    public Queue<WakeChain> Wakes { get; } = new();

    /// <summary>The state after each sequence that the journal may still recover to.</summary>
    public Dictionary<long, ReplicaState> History { get; } = new() { [0] = ReplicaState.Empty };

    public ReplicaState State { get; private set; } = ReplicaState.Empty;

    /// <summary>Records that recovery could not understand.</summary>
    public int Refused { get; private set; }

    /// <summary>The highest sequence whose write may have been acknowledged as durable.</summary>
    public long Acknowledged { get; private set; }

    public bool HasSnapshotUnderWay => _snapshot is not null;

    public long Append(in CatalogChange change)
    {
        if (!_attached)
        {
            return 0;
        }

        Changes.Add(change);
        State = State.After(change);
        if (_bug == PlantedBug.ChangeNotLogged && ++_swallowed % 16 == 0)
        {
            return Journal.Status.LastSequence;
        }

        global::Muster.Catalog.Catalog.WriteRecord(_writer, change);
        long sequence = Journal.Append(_writer.Written);
        if (change.Kind == ChangeKind.Instance)
        {
            _registrations.Add((sequence, _writer.ToArray()));
        }

        History[sequence] = State;
        return sequence;
    }

    /// <summary>Lets the catalog see that time went by.</summary>
    public void Tick()
    {
        _latest = Math.Max(_latest, VersionClock.Microseconds(Time.GetUtcNow()));
        Catalog.Tick();
    }

    public ValueTask<bool> WaitDurableAsync(long sequence) => Journal.WaitDurableAsync(sequence);

    public void Dispatch(WakeChain chain)
    {
        if (_bug == PlantedBug.WakeLost && _random.Next(8) == 0)
        {
            return;
        }

        Wakes.Enqueue(chain);
    }

    /// <summary>Lets the journal write one group, if one waits.</summary>
    public void Flush()
    {
        Journal.Step();
        NoteAcknowledged();
    }

    public void BeginSnapshot()
    {
        JournalSnapshot? place = null;
        CatalogExport state = Catalog.Export(() => place = Journal.BeginSnapshot());
        _snapshot = (place!, state);
    }

    public void WriteSnapshot()
    {
        (JournalSnapshot place, CatalogExport state) = _snapshot!.Value;
        _snapshot = null;
        place.Write(writer => state.WriteTo(record => writer.Write(record)));
        NoteAcknowledged();
    }

    /// <summary>The process ends: all at once by SIGKILL, or with the machine, which loses any part of what was not synced.</summary>
    public void Crash(bool powerLoss)
    {
        MemoryStorage after = CrashedDisk.Of(Storage, _random, powerLoss, () => Journal.Step(), () =>
        {
            if (_snapshot is not null)
            {
                WriteSnapshot();
            }
        });
        Storage.Fault = (_, _) => throw new IOException("the process is gone");
        Journal.Dispose();
        Storage = after;
        CrashedDisk.AddNoise(Storage, _random);
        Start();
    }

    /// <summary>A clean end and a new start.</summary>
    public void Restart()
    {
        if (_snapshot is not null)
        {
            WriteSnapshot();
        }

        Journal.Dispose();
        NoteAcknowledged();
        Storage = Storage.Copy();
        Start();
    }

    /// <summary>Forgets the states of sequences that a recovery has decided about.</summary>
    public void Adopt(ReplicaState recovered)
    {
        State = recovered;
        History.Clear();
        History[Journal.Recovery.LastSequence] = recovered;
        Changes.Clear();
        _attached = true;
    }

    public void Dispose()
    {
        Storage.Fault = (_, _) => throw new IOException("the run is over");
        Journal.Dispose();
    }

    private void Start()
    {
        _attached = false;
        _snapshot = null;
        Refused = 0;
        Wakes.Clear();
        TimeProvider clock = _bug switch
        {
            PlantedBug.LeasesRunFast => new FastClock(Time),
            PlantedBug.LeasesOnWallClock => new WallClock(Time),
            _ => Time,
        };
        Catalog = new Catalog.Catalog(Options, clock, new Random(_random.Next()), this, this);
        Journal = global::Muster.Journal.Journal.OpenStepped(_journalOptions, Load, Storage, Time);
        Redeliver();
        Catalog.FinishLoading();
        if (_bug == PlantedBug.StateForgottenAtRestart)
        {
            foreach (Instance instance in Catalog.Nodes.SelectMany(Catalog.InstancesOn))
            {
                Catalog.ClearState(instance.Node.Name, instance.Data.IdText);
            }
        }

        if (_bug == PlantedBug.IndexBackAfterRestart && Journal.Recovery.LastSequence > 0)
        {
            PlantedSeams.IndexOf(Catalog) -= 1 << 21;
            PlantedSeams.ExtinctionOf(Catalog) -= 1 << 21;
        }
    }

    private void Load(RecordSource source, long sequence, ReadOnlySpan<byte> record)
    {
        if (_bug == PlantedBug.RemovalForgottenAtRestart && record[0] == (byte)ChangeKind.InstanceRemoved)
        {
            return;
        }

        if (_bug == PlantedBug.TornRecordTaken && source == RecordSource.Log && _random.Next(20) == 0)
        {
            record = record[..^1];
        }

        Refused += Catalog.LoadRecord(record) ? 0 : 1;
    }

    /// <summary>Old registrations arrive once more, late and in any order: none may undo what came after it.</summary>
    private void Redeliver()
    {
        _registrations.RemoveAll(each => each.Sequence > Journal.Recovery.LastSequence);
        if (!History.TryGetValue(Journal.Recovery.LastSequence, out ReplicaState? recovered))
        {
            return;
        }

        if (_bug == PlantedBug.LateWriteResurrects)
        {
            PlantedSeams.TombstonesOf(Catalog) = new TombstoneTable(TimeSpan.FromHours(1), TimeSpan.FromHours(1), 1000);
        }

        for (int i = 0; i < 5 && _registrations.Count > 0; i++)
        {
            byte[] record = _registrations[_random.Next(_registrations.Count)].Record;
            if (MustLose(record, recovered))
            {
                Catalog.LoadRecord(record);
            }
        }
    }

    /// <summary>Whether something newer is known about the record's instance, and its tombstone is not yet forgotten by right.</summary>
    private bool MustLose(byte[] record, ReplicaState recovered)
    {
        var reader = new PackReader(record);
        reader.Byte();
        var version = new EntryVersion(reader.Number(), (uint)reader.Number());
        reader.Number();
        reader.Number();
        reader.Number();
        string node = reader.Text(), service = reader.Text();
        return version.Clock > _latest - (long)(Options.TombstoneAge - TimeSpan.FromMinutes(1)).TotalMicroseconds
            && InstanceData.TryRestore(service, reader.Bytes(), out InstanceData data)
            && (!recovered.Instances.TryGetValue(new EntryName(node, data.IdText), out Instance? present) || present.Version > version);
    }

    private void NoteAcknowledged()
    {
        JournalStatus status = Journal.Status;
        Acknowledged = Math.Max(Acknowledged, _bug == PlantedBug.AcknowledgedTooSoon ? status.LastSequence : status.DurableSequence);
    }

    private sealed class FastClock(ManualTime time) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp() / 4 * 5;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();
    }

    private sealed class WallClock(ManualTime time) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => time.GetUtcNow().Ticks;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();
    }
}
