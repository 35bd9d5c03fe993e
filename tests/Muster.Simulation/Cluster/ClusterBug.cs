namespace Muster.Simulation.Cluster;

/// <summary>A bug planted on purpose, at a seam of the real code, to prove that the invariants would notice it.</summary>
internal enum ClusterBug
{
    /// <summary>None: what must hold.</summary>
    None,

    /// <summary>What arrives last wins, whatever its version.</summary>
    ArrivalOrder,

    /// <summary>Of a removed instance nothing is remembered.</summary>
    NoTombstone,

    /// <summary>Traces of removed instances are dropped while older facts about them are still on their way.</summary>
    TombstoneDroppedEarly,

    /// <summary>A heartbeat of something gone brings it back.</summary>
    RenewalResurrects,

    /// <summary>What is taken over from a lost owner expires at once, without a fresh lease.</summary>
    LostOwnerExpiresAtOnce,

    /// <summary>An owner that was silent for a moment counts as gone.</summary>
    OwnerGoneTooSoon,

    /// <summary>Every sign of life makes the server that got it the owner.</summary>
    OwnerFlips,

    /// <summary>What a former owner let expire is gone, though another server is responsible by then.</summary>
    FormerOwnerExpires,

    /// <summary>The status of a check that a former owner sends late beats that of the present one.</summary>
    LateCriticalWins,

    /// <summary>Of two statuses of a check the one that arrives last counts.</summary>
    StatusInArrivalOrder,

    /// <summary>Leases run on the wall clock.</summary>
    WallClockInLease,

    /// <summary>A version from a clock far ahead is taken.</summary>
    FarAheadWins,

    /// <summary>After a restart indexes begin lower than before.</summary>
    IndexRestartsLow,

    /// <summary>Comparing what two servers hold, one bucket in eight is passed over.</summary>
    BucketSkipped,

    /// <summary>A minority takes over, too.</summary>
    MinorityAdopts,

    /// <summary>An expiry is believed by a server that has just heard from the instance.</summary>
    NoRefutation,

    /// <summary>What came from peers is not written to the journal.</summary>
    MergedNotJournaled,

    /// <summary>A fact that is known already is put in place once more.</summary>
    DuplicateApplied,

    /// <summary>Renewals are not told to the owner.</summary>
    RenewalsNotForwarded,

    /// <summary>The server's own pauses count against the instances.</summary>
    PauseBlamedOnInstances,

    /// <summary>A server that comes back counts silence before it answers anybody.</summary>
    LeasesRunBeforeReady,

    /// <summary>One wake in eight is lost.</summary>
    WakeLost,

    /// <summary>A client forgets what it knew when the registry cannot be reached.</summary>
    CacheEmptiedWithTheConnection,

    /// <summary>A client believes every list, whatever it lacks.</summary>
    LossBelieved,

    /// <summary>A client passes over deregistrations that are told as changes.</summary>
    DeregistrationIgnored,

    /// <summary>A client adds a new list to what it knew instead of putting it in its place.</summary>
    ListMerged,

    /// <summary>A client that turns to a server which has not heard of a deregistration believes that the instance is there.</summary>
    LateServerBelieved,

    /// <summary>A client that turns to a server which has not heard of a newer registration goes back to the one before.</summary>
    OutdatedFormBelieved,
}
