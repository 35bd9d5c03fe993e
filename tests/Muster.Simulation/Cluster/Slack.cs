namespace Muster.Simulation.Cluster;

/// <summary>What the invariants allow for: constants of the servers, and time that messages take.</summary>
internal static class Slack
{
    /// <summary>How far ahead a peer's clock may be.</summary>
    public static readonly TimeSpan ClockLead = TimeSpan.FromSeconds(60);

    /// <summary>A renewal that one server saw is known to its owner after this time, on a way that is well and with both running: batches leave once a second.</summary>
    public static readonly TimeSpan Forwarding = TimeSpan.FromSeconds(2.5);

    /// <summary>How much too young peers may take a renewal for that was under way.</summary>
    public static readonly TimeSpan Reckoning = TimeSpan.FromSeconds(1);

    /// <summary>Two servers that run, with ways between them that are well, see each other after this time: dialing again, greeting, pinging.</summary>
    public static readonly TimeSpan Reconnecting = TimeSpan.FromSeconds(30);
}
