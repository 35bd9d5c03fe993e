using System.Numerics;

namespace Muster.Simulation.Cluster;

/// <summary>The world of a seed: who is in it, and what may go wrong.</summary>
internal sealed record Scenario
{
    private const int LeastFaults = 4;
    private const int FaultKinds = 17;

    public required int Servers { get; init; }

    public required int Instances { get; init; }

    /// <summary>How long things go wrong; rest comes after. With the least rest it is more than ten minutes.</summary>
    public required TimeSpan Length { get; init; }

    public required Faults Faults { get; init; }

    /// <summary>The mean time between two faults.</summary>
    public required double SecondsBetweenFaults { get; init; }

    /// <summary>How often a server's loop runs.</summary>
    public required TimeSpan Tick { get; init; }

    /// <summary>Bytes that may wait on one link.</summary>
    public required int LinkBytes { get; init; }

    /// <summary>How long a server waits for a silent peer before its instances may be adopted.</summary>
    public required TimeSpan OwnerTimeout { get; init; }

    /// <summary>How long a tombstone is kept.</summary>
    public required TimeSpan TombstoneAge { get; init; }

    /// <summary>Whether each server knows all others from the start, or only the one before it.</summary>
    public required bool AllKnown { get; init; }

    /// <summary>Whether silence of many is held against the server and not against them.</summary>
    public required bool Preserving { get; init; }

    /// <summary>Of fewer than this the server concludes nothing.</summary>
    public required int LeastToPreserve { get; init; }

    public static Scenario From(Random random, int instances)
    {
        Faults faults = Faults.None;
        int kinds = LeastFaults + random.Next(5);
        while (BitOperations.PopCount((uint)faults) < kinds)
        {
            faults |= (Faults)(1 << random.Next(FaultKinds));
        }

        return new Scenario
        {
            Servers = random.Next(10) switch { 0 => 2, 1 => 4, 2 => 5, _ => 3 },
            Instances = instances,
            Length = TimeSpan.FromSeconds(528 + 12 * random.Next(3)),
            Faults = faults,
            SecondsBetweenFaults = 8 + random.Next(30),
            Tick = TimeSpan.FromMilliseconds(100 + 50 * random.Next(3)),
            LinkBytes = 1 << (16 + random.Next(7)),
            OwnerTimeout = TimeSpan.FromSeconds(10),
            TombstoneAge = TimeSpan.FromHours(1),
            AllKnown = random.Next(3) > 0,
            Preserving = random.Next(2) == 0,
            LeastToPreserve = 2 + random.Next(19),
        };
    }

    public override string ToString() =>
        $"{Servers} servers, {Instances} instances, {Length.TotalMinutes:0.0} min, tick {Tick.TotalMilliseconds:0} ms, links of {LinkBytes} bytes, "
        + $"{(AllKnown ? "all known" : "joined in a chain")}, {(Preserving ? "preserving" : "not preserving")}, faults: {Faults}";
}
