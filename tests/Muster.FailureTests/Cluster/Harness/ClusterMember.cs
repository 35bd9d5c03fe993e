namespace Muster.FailureTests.Cluster.Harness;

/// <summary>A server as another one sees it.</summary>
internal sealed record ClusterMember(string Name, string Status, bool Connected, bool? DigestEqual, double? LagSeconds, long? Queue);
