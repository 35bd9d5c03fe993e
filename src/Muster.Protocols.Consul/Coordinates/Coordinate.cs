namespace Muster.Protocols.Consul.Coordinates;

/// <summary>A node's place in the space of round-trip times, as its agent last reported it.</summary>
/// <param name="Segment">The network segment it belongs to, usually empty.</param>
/// <param name="Vector">The place, in seconds.</param>
/// <param name="Error">How sure the agent is; 1.5 is not at all.</param>
/// <param name="Adjustment">A correction, in seconds.</param>
/// <param name="Height">The distance to the network itself, in seconds.</param>
internal sealed record Coordinate(string Segment, double[] Vector, double Error, double Adjustment, double Height)
{
    /// <summary>How many numbers a place has.</summary>
    public const int Dimensions = 8;

    private const double NoConfidence = 1.5;
    private const double LowestHeight = 10e-6;

    /// <summary>Where everybody is before anything was measured.</summary>
    public static Coordinate Unmeasured { get; } = new("", new double[Dimensions], NoConfidence, 0, LowestHeight);

    /// <summary>The estimated round-trip time between two places, in seconds; infinite between segments, which do not talk.</summary>
    public double DistanceTo(Coordinate other)
    {
        if (Segment != other.Segment)
        {
            return double.PositiveInfinity;
        }

        double squares = 0;
        for (int i = 0; i < Dimensions; i++)
        {
            squares += (Vector[i] - other.Vector[i]) * (Vector[i] - other.Vector[i]);
        }

        double distance = Math.Sqrt(squares) + Height + other.Height;
        double adjusted = distance + Adjustment + other.Adjustment;
        return adjusted > 0 ? adjusted : distance;
    }
}
