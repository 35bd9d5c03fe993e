namespace Muster.Model;

/// <summary>Relative shares of traffic for an instance, by its health. DNS SRV answers carry them.</summary>
/// <param name="Passing">Share while passing, 1 to 65535. Default 1.</param>
/// <param name="Warning">Share while warning, 0 to 65535. Default 1.</param>
public readonly record struct Weights(int Passing, int Warning)
{
    /// <summary>The weights of an instance that names none: 1 and 1.</summary>
    public static Weights Default => new(1, 1);
}
