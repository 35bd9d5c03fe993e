using Muster.Catalog;
using Muster.Model;

namespace Muster.Simulation.Cluster;

/// <summary>
/// What each version means, for all servers together: the first to show one defines it. A version stands for one content
/// everywhere, and what arrives from a peer was written by somebody.
/// </summary>
internal sealed class Ledger
{
    private readonly Dictionary<(EntryName Name, EntryVersion Version), int> _written = [];
    private readonly Dictionary<(EntryName Name, string Check, EntryVersion Version), HealthStatus> _statuses = [];
    private readonly HashSet<(EntryName Name, Tenure Tenure)> _tenures = [];

    public int Count => _written.Count;

    /// <summary>Notes a version; false when it was known already, with the same content.</summary>
    public bool Write(EntryName name, EntryVersion version, int content)
    {
        if (_written.TryAdd((name, version), content))
        {
            return true;
        }

        // S2: versions decide, so one version must be one content wherever it turns up.
        SimulationFailure.Unless(
            _written[(name, version)] == content, $"S2: {name} has two contents under version {version.Clock - ClusterRun.EpochMicroseconds}/{version.Origin:x}");
        return false;
    }

    public bool WriteStatus(EntryName name, string check, EntryVersion version, HealthStatus status)
    {
        if (_statuses.TryAdd((name, check, version), status))
        {
            return true;
        }

        HealthStatus known = _statuses[(name, check, version)];
        SimulationFailure.Unless(
            known == status, $"S2: check {check} of {name} is {known} and {status} under one version {version.Clock - ClusterRun.EpochMicroseconds}/{version.Origin:x}");
        return false;
    }

    public bool WriteTenure(EntryName name, Tenure tenure) => _tenures.Add((name, tenure));

    /// <summary>A fingerprint of a registration: what was registered and which checks it has, not how they fare.</summary>
    public static int ContentOf(Instance instance)
    {
        var hash = new HashCode();
        hash.AddBytes(instance.Data.Packed);
        hash.Add(instance.RegisteredAt);
        foreach (Check check in instance.Checks)
        {
            hash.Add(check.Definition);
        }

        return hash.ToHashCode();
    }

    /// <summary>The fingerprint of a removal.</summary>
    public static int ContentOf(RemovalKind kind) => (int)kind;
}
