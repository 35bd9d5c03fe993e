namespace Muster.Client;

/// <summary>One instance of a service, as the registry described it. Immutable.</summary>
public sealed record ServiceInstance
{
    /// <summary>The service's name.</summary>
    public required string Service { get; init; }

    /// <summary>The instance's id, unique on its node.</summary>
    public required string Id { get; init; }

    /// <summary>The node it lives on; empty when the registry did not say.</summary>
    public string Node { get; init; } = "";

    /// <summary>IP address or host name.</summary>
    public required string Address { get; init; }

    /// <summary>The main port, 0 to 65535; 0 means that there is none.</summary>
    public required int Port { get; init; }

    /// <summary>Further ports by name, such as <c>admin</c>.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; init; } = EmptyMaps.Ports;

    /// <summary>Tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EmptyMaps.Metadata;

    /// <summary>Share of traffic in its present health, 0 to 65535. Default 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>The region, empty when unknown.</summary>
    public string Region { get; init; } = "";

    /// <summary>The zone, empty when unknown.</summary>
    public string Zone { get; init; } = "";

    /// <summary>What the registry's checks say.</summary>
    public InstanceHealth Health { get; init; }

    /// <summary>What the instance or an operator says.</summary>
    public InstanceState State { get; init; }

    /// <summary>The epoch of its registration; 0 when it was registered without one.</summary>
    public long Epoch { get; init; }

    /// <summary>When this registration first reached the registry, by the registry's clock; null when it did not say.</summary>
    public DateTimeOffset? RegisteredAt { get; init; }

    /// <summary>
    /// Of two forms of this registration, shown by any servers of one cluster, the one with the higher version is the newer; 0 when
    /// the registry did not say.
    /// </summary>
    internal long Version { get; init; }
}
