namespace Muster.Client.Registration;

/// <summary>A check that the registry's servers run against an instance. Exactly one of the targets is set.</summary>
public sealed record InstanceCheck
{
    /// <summary>The check's name.</summary>
    public required string Name { get; init; }

    /// <summary>A URL that must answer with 2xx.</summary>
    public Uri? Http { get; init; }

    /// <summary><c>host:port</c> that must accept a connection.</summary>
    public string? Tcp { get; init; }

    /// <summary>Pause between two runs. Default 10 s, 1 s to 24 h.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a run may take. Default 2 s, 0.1 s to 10 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Bad results in a row before the instance is critical. Default 3.</summary>
    public int FailuresBeforeCritical { get; init; } = 3;
}
