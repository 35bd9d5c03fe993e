namespace Muster.FailureTests.Cluster;

/// <summary>Tests that measure, or keep both cores busy: each runs alone. The others mostly wait, and do it side by side.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Measured
{
    public const string Name = "measured";
}
