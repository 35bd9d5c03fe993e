namespace Muster.Simulation;

/// <summary>A bug planted on purpose, at a seam of the real code, to prove that the invariants would notice it.</summary>
internal enum PlantedBug
{
    /// <summary>None: what must hold.</summary>
    None,

    /// <summary>A heartbeat that changes nothing moves an index.</summary>
    HeartbeatMovesIndex,

    /// <summary>Leases run a quarter faster than time.</summary>
    LeasesRunFast,

    /// <summary>Leases run on the wall clock.</summary>
    LeasesOnWallClock,

    /// <summary>The server's own pauses count against the instances.</summary>
    PauseBlamedOnInstances,

    /// <summary>The wheel stops: nothing expires any more.</summary>
    NothingExpires,

    /// <summary>One wake in eight is lost.</summary>
    WakeLost,

    /// <summary>Watchers are woken although nothing changed for them.</summary>
    WakeForNothing,

    /// <summary>A write is acknowledged before it is on disk.</summary>
    AcknowledgedTooSoon,

    /// <summary>A change in sixteen does not reach the log.</summary>
    ChangeNotLogged,

    /// <summary>A record whose tail is torn off is taken at recovery.</summary>
    TornRecordTaken,

    /// <summary>Recovery passes over deregistrations.</summary>
    RemovalForgottenAtRestart,

    /// <summary>An older write that arrives late brings a deregistered instance back.</summary>
    LateWriteResurrects,

    /// <summary>After a restart indexes begin lower than before.</summary>
    IndexBackAfterRestart,

    /// <summary>An adapter does not pass on the epochs it is given.</summary>
    EpochLost,

    /// <summary>Recovery passes over the states that were set.</summary>
    StateForgottenAtRestart,
}
