namespace Muster.Model;

/// <summary>
/// What somebody registers as a check. Immutable and compared by value, so that the catalog keeps one copy for all
/// instances that define the same check.
/// </summary>
public sealed record CheckDefinition
{
    /// <summary>
    /// The check's id, unique on its node; null stands for <c>service:&lt;instance id&gt;</c>, which is what a check
    /// without an id of its own gets, so that the text is not stored a hundred thousand times.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>
    /// A name for people. In the catalog, empty stands for <c>Service '&lt;service&gt;' check</c>, the name that a check
    /// without one gets, so that all services share one definition.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Free text for people.</summary>
    public string Notes { get; init; } = "";

    /// <summary>How the status comes about.</summary>
    public CheckKind Kind { get; init; }

    /// <summary>TTL checks: how long a report is good for. Greater than zero.</summary>
    public TimeSpan Ttl { get; init; }

    /// <summary>Probes: the pause between the end of one run and the start of the next. At least 1 s (shorter is raised).</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Probes: how long one run may take. Zero means 10 s, for scripts 30 s.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>HTTP checks: the request.</summary>
    public HttpProbe? Http { get; init; }

    /// <summary>TCP, UDP, gRPC and HTTP/2 ping checks: the target.</summary>
    public ProbeTarget? Target { get; init; }

    /// <summary>Alias checks: whose health it repeats.</summary>
    public AliasTarget? Alias { get; init; }

    /// <summary>Script checks: what to run.</summary>
    public ScriptCommand? Script { get; init; }

    /// <summary>Good results in a row before the check passes. 0 and 1 mean at once.</summary>
    public int SuccessBeforePassing { get; init; }

    /// <summary>Bad results in a row before the check warns. 0 means the same as <see cref="FailuresBeforeCritical"/>, so no warning stage.</summary>
    public int FailuresBeforeWarning { get; init; }

    /// <summary>Bad results in a row before the check turns critical. 0 and 1 mean at once.</summary>
    public int FailuresBeforeCritical { get; init; }

    /// <summary>Remove the instance when this check has been critical for this long. Zero means never.</summary>
    public TimeSpan DeregisterAfter { get; init; }

    /// <summary>The status before the first result. Default critical.</summary>
    public HealthStatus InitialStatus { get; init; } = HealthStatus.Critical;

    /// <summary>The output before the first result, usually empty.</summary>
    public string InitialOutput { get; init; } = "";

    /// <summary>How many bytes of output to keep: 1 to 4096, 0 means 4096.</summary>
    public int OutputMaxSize { get; init; }
}
