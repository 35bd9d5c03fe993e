namespace Muster.Protocols.Consul.Definitions;

/// <summary>A check body as it was sent: decoded, nothing checked or filled in yet.</summary>
internal sealed class CheckBody
{
    public string Id = "";
    public string Name = "";
    public string Status = "";
    public string Notes = "";
    public string Output = "";
    public string ServiceId = "";
    public string Token = "";
    public string Namespace = "";
    public string Partition = "";
    public string Http = "";
    public string Method = "";
    public string RequestBody = "";
    public string Tcp = "";
    public string TlsServerName = "";
    public bool TlsSkipVerify;
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Headers = [];
    public TimeSpan Interval;
    public TimeSpan Timeout;
    public TimeSpan Ttl;
    public TimeSpan DeregisterAfter;
    public long SuccessBeforePassing;
    public long FailuresBeforeWarning;
    public long FailuresBeforeCritical;
    public long OutputMaxSize;
    public bool IsScript;

    /// <summary>The kind asked for when it is one that Muster does not run yet, such as <c>UDP</c>.</summary>
    public string? Unsupported;

    /// <summary>Nothing but default values was sent; Consul treats such a check as none.</summary>
    public bool IsEmpty = true;
}
