namespace Muster.Bench.Load;

/// <summary>
/// Measures contenders in alternating short rounds (A B, B A, A B ...), so that a noisy neighbour hits all of
/// them alike, and compares them round by round.
/// </summary>
internal sealed class PairedRounds
{
    private readonly Dictionary<Contender, List<RoundFigures>> _rounds;

    private PairedRounds(Dictionary<Contender, List<RoundFigures>> rounds) => _rounds = rounds;

    public static PairedRounds Run(BenchOptions options, params Contender[] contenders)
    {
        foreach (var contender in contenders)
        {
            contender.Load(options.WarmUp);
        }

        var rounds = contenders.ToDictionary(contender => contender, _ => new List<RoundFigures>());
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var contender in round % 2 == 0 ? contenders : contenders.Reverse())
            {
                rounds[contender].Add(Measure(contender, options.RoundLength));
            }
        }

        return new PairedRounds(rounds);
    }

    /// <summary>The median of each figure over the rounds.</summary>
    public RoundFigures Median(Contender contender)
    {
        var rounds = _rounds[contender];
        return new RoundFigures(
            Statistics.Median(rounds.Select(round => round.PerSecond)),
            Statistics.Median(rounds.Select(round => round.P50Millis)),
            Statistics.Median(rounds.Select(round => round.P99Millis)),
            Statistics.Median(rounds.Select(round => round.CpuMicros)));
    }

    /// <summary>The median over the rounds of how many times the requests of <paramref name="other"/> were answered.</summary>
    public double MedianRatio(Contender contender, Contender other) =>
        Statistics.Median(_rounds[contender].Zip(_rounds[other], (mine, theirs) => mine.PerSecond / theirs.PerSecond));

    private static RoundFigures Measure(Contender contender, TimeSpan length)
    {
        var cpuBefore = contender.Process.CpuTime();
        var sample = contender.Load(length);
        var cpu = contender.Process.CpuTime() - cpuBefore;
        return new RoundFigures(sample.PerSecond, sample.P50Millis, sample.P99Millis, cpu.TotalMicroseconds / sample.Requests);
    }
}
