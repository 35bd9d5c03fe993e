namespace Muster.FunctionalTests;

/// <summary>For tests that measure the memory of the process: no other test runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public static class Alone;
