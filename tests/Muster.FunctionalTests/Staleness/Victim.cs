namespace Muster.FunctionalTests.Staleness;

/// <summary>An instance that will fall silent, and when each interface stopped returning it, by the test's clock.</summary>
internal sealed record Victim(int Number, TimeSpan LastHeartbeat)
{
    /// <summary>Its service, which it shares with one instance that lives on.</summary>
    public string Service => $"phase-{Number}";

    public string Id => $"victim-{Number}";

    public string Address => $"10.1.{Number / 200}.{1 + (Number % 200)}";

    public string SurvivorAddress => $"10.2.{Number / 200}.{1 + (Number % 200)}";

    /// <summary>Interface to the moment at which it first left the victim out.</summary>
    public Dictionary<string, TimeSpan> Gone { get; } = new(StringComparer.Ordinal);
}
