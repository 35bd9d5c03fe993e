using System.Runtime.CompilerServices;

namespace Muster.Simulation.Cluster;

/// <summary>What servers and clients see of the world around them.</summary>
internal interface IWorld
{
    Agenda Agenda { get; }

    Network Network { get; }

    Ledger Ledger { get; }

    Scenario Scenario { get; }

    IReadOnlyList<ClusterServer> Servers { get; }

    IReadOnlyList<string> Services { get; }

    /// <summary>When each instance last renewed, at any server.</summary>
    Dictionary<EntryName, TimeSpan> Signs { get; }

    /// <summary>Of many instances a few tell as much, where looking costs.</summary>
    bool IsSample(EntryName name);

    /// <summary>Whether a client near one server can call another (or that one).</summary>
    bool CanCall(int site, int server);

    /// <summary>One server saw a renewal: if nothing goes wrong between them, the owner knows soon.</summary>
    void ExpectForwarded(ClusterServer seenBy, ClusterServer owner, EntryName name, string check);

    /// <summary>Whether there is a trace.</summary>
    bool IsTracing { get; }

    /// <summary>Writes a line of the trace, if there is one.</summary>
    void Say([InterpolatedStringHandlerArgument("")] ref LazyText what);
}
