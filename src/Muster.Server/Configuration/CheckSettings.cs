namespace Muster.Server.Configuration;

/// <summary>What checks may do, and how their results count.</summary>
internal sealed record CheckSettings
{
    /// <summary>Whether checks may run scripts, whoever registers them.</summary>
    public required bool AllowScripts { get; init; }

    /// <summary>Whether checks of the configuration files may run scripts.</summary>
    public required bool AllowLocalScripts { get; init; }

    /// <summary>Whether checks may reach link-local addresses; those of cloud metadata stay out of reach.</summary>
    public required bool AllowLinkLocal { get; init; }

    /// <summary>How often a check may recover within the window; 0 for no bound.</summary>
    public required int FlapRecoveries { get; init; }

    /// <summary>The time in which a check earns back all its recoveries.</summary>
    public required TimeSpan FlapWindow { get; init; }
}
