namespace Muster.Client.PassiveHealth;

/// <summary>How many of a service's targets may be left out at once.</summary>
internal static class EjectionLimit
{
    /// <summary>The share, rounded down; but one of two or more, and never all.</summary>
    public static int Of(int candidates, double share) =>
        share == 0 || candidates < 2 ? 0 : Math.Clamp((int)(candidates * share), 1, candidates - 1);
}
