using System.Text.Json.Nodes;

namespace Muster.FailureTests.Cluster.Harness;

/// <summary>How the servers of a test are configured.</summary>
internal sealed record ClusterSettings
{
    /// <summary>How many there are.</summary>
    public int Servers { get; init; } = 3;

    /// <summary>What they prove to each other that they know; empty for nothing.</summary>
    public string Secret { get; init; } = "cluster-secret-of-a-test";

    /// <summary>After how long the instances of a silent server are adopted; null for the default.</summary>
    public TimeSpan? OwnerTimeout { get; init; }

    /// <summary>Further keys of their configuration file.</summary>
    public JsonObject More { get; init; } = [];
}
