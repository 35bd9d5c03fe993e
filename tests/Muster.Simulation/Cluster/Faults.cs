namespace Muster.Simulation.Cluster;

/// <summary>What can go wrong in a seed's world.</summary>
[Flags]
internal enum Faults
{
    None = 0,

    /// <summary>SIGKILL and a new start.</summary>
    Kill = 1 << 0,

    /// <summary>Power loss: what was not synced is gone, a record may be torn; peers hear nothing of it.</summary>
    PowerLoss = 1 << 1,

    /// <summary>The server comes back with an empty data directory.</summary>
    DataLost = 1 << 2,

    /// <summary>SIGSTOP, a suspended machine.</summary>
    Pause = 1 << 3,

    /// <summary>Wall clocks off by up to 29 s either way, and set anew.</summary>
    Skew = 1 << 4,

    /// <summary>One server's wall clock ten minutes to two hours ahead.</summary>
    FarAhead = 1 << 5,

    /// <summary>Two sides that cannot talk.</summary>
    Partition = 1 << 6,

    /// <summary>One hears the other, who does not hear it.</summary>
    OneWay = 1 << 7,

    /// <summary>Links are stopped one after the other and released in another order.</summary>
    Clog = 1 << 8,

    /// <summary>Little bandwidth and much delay: queues run full.</summary>
    Slow = 1 << 9,

    /// <summary>Connections are reset.</summary>
    Reset = 1 << 10,

    /// <summary>Worse than the transport may be: messages get lost, come twice and out of order.</summary>
    Unruly = 1 << 11,

    /// <summary>A message is kept and delivered once more, up to ten minutes later.</summary>
    LateCopy = 1 << 12,

    /// <summary>A server leaves and joins again.</summary>
    Leave = 1 << 13,

    /// <summary>Many clients die, fall silent or start at the same time.</summary>
    Storm = 1 << 14,

    /// <summary>The disk fails for a while.</summary>
    Disk = 1 << 15,

    /// <summary>Clients lose sight of servers, which see each other.</summary>
    ClientPath = 1 << 16,
}
