namespace Muster.Model;

/// <summary>How a check verifies its target's certificate.</summary>
public sealed record ProbeTls
{
    /// <summary>The name expected in the certificate; empty means the target's host.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>Accept any certificate. Default false.</summary>
    public bool SkipVerify { get; init; }
}
