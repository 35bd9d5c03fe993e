namespace Muster.Protocols.Consul.Agent;

/// <summary>What a machine is and how it fares. What the system does not tell is empty or zero.</summary>
public sealed record HostReport
{
    /// <summary>Memory by the system's names for it, in bytes: <c>MemTotal</c>, <c>MemAvailable</c> and so on; <c>HugePages_...</c> are counts.</summary>
    public required IReadOnlyDictionary<string, long> Memory { get; init; }

    /// <summary>Its processors.</summary>
    public required IReadOnlyList<HostProcessor> Processors { get; init; }

    /// <summary>The system on it.</summary>
    public required HostSystem System { get; init; }

    /// <summary>The disk that holds the root of the file system.</summary>
    public required HostDisk Disk { get; init; }

    /// <summary>When this was found out.</summary>
    public required DateTimeOffset CollectedAt { get; init; }
}
