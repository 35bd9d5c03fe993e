namespace Muster.Simulation;

/// <summary>How lives are spread over the machine.</summary>
internal static class Cores
{
    /// <summary>
    /// One life on each core at a time. Left to itself a parallel loop begins ever more of such long bodies, which then share
    /// the caches, and whose heaps are all walked at each collection.
    /// </summary>
    public static ParallelOptions OneLifeOnEach { get; } = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };
}
