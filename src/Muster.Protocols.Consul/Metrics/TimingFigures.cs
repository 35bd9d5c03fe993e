namespace Muster.Protocols.Consul.Metrics;

/// <summary>What is known of the durations in some span of time, in milliseconds.</summary>
internal readonly record struct TimingFigures(long Count, double Sum, double SumOfSquares, double Min, double Max)
{
    public double Mean => Count == 0 ? 0 : Sum / Count;

    /// <summary>The standard deviation of a sample; 0 for fewer than two.</summary>
    public double Deviation =>
        Count < 2 ? 0 : Math.Sqrt(Math.Max(0, ((Count * SumOfSquares) - (Sum * Sum)) / ((double)Count * (Count - 1))));

    /// <summary>These and one more.</summary>
    public TimingFigures With(double duration) => new(
        Count + 1, Sum + duration, SumOfSquares + (duration * duration), Count == 0 ? duration : Math.Min(Min, duration), Math.Max(Max, duration));
}
