namespace Muster.FailureTests.Cluster.Harness;

/// <summary>What a server says under <c>/api/v1/cluster</c>.</summary>
internal sealed record ClusterStatus(
    string Digest,
    int Entries,
    bool Alone,
    bool Synced,
    bool Majority,
    IReadOnlyList<ClusterMember> Members);
