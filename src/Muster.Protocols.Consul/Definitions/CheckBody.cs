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
    public bool TcpUseTls;
    public string Udp = "";
    public string Grpc = "";
    public bool GrpcUseTls;
    public string H2Ping = "";
    public bool H2PingUseTls = true;
    public string AliasNode = "";
    public string AliasService = "";
    public IReadOnlyList<string> ScriptArguments = [];
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

    /// <summary>The kind asked for when it is one that Muster does not run: <c>OSService</c> or <c>Docker</c>.</summary>
    public string? Unsupported;

    /// <summary>Nothing but default values was sent; Consul treats such a check as none.</summary>
    public bool IsEmpty =>
        !IsProbe && !IsAlias && !TcpUseTls && !GrpcUseTls && !TlsSkipVerify && Headers.Count == 0
        && (Id.Length | Name.Length | Status.Length | Notes.Length | ServiceId.Length | Namespace.Length | Partition.Length) == 0
        && (Method.Length | RequestBody.Length | TlsServerName.Length) == 0
        && (Interval.Ticks | Timeout.Ticks | Ttl.Ticks | DeregisterAfter.Ticks) == 0
        && (SuccessBeforePassing | FailuresBeforeWarning | FailuresBeforeCritical | OutputMaxSize) == 0;

    public bool IsScript => ScriptArguments.Count > 0;

    public bool IsAlias => AliasNode.Length > 0 || AliasService.Length > 0;

    /// <summary>It asks for something that is run at an interval.</summary>
    public bool IsProbe =>
        IsScript || Http.Length > 0 || Tcp.Length > 0 || Udp.Length > 0 || Grpc.Length > 0 || H2Ping.Length > 0 || Unsupported is not null;
}
