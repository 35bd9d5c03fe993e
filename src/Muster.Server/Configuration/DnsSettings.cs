namespace Muster.Server.Configuration;

/// <summary>What an operator can set on DNS answers. Names and meanings are those of Consul's <c>dns_config</c>.</summary>
internal sealed record DnsSettings
{
    /// <summary>The domain answered for, lower case, without a dot at the end.</summary>
    public required string Domain { get; init; }

    /// <summary>A second domain answered for in the same way, empty for none.</summary>
    public required string AltDomain { get; init; }

    /// <summary>TTL of node answers.</summary>
    public required TimeSpan NodeTtl { get; init; }

    /// <summary>TTL of service answers by name; a name that ends in <c>*</c> stands for all that begin so.</summary>
    public required IReadOnlyDictionary<string, TimeSpan> ServiceTtl { get; init; }

    /// <summary>Leave out instances whose status is warning.</summary>
    public required bool OnlyPassing { get; init; }

    /// <summary>The most A and AAAA records in an answer, 0 for no bound.</summary>
    public required int ARecordLimit { get; init; }

    /// <summary>Seconds of the SOA record: refresh.</summary>
    public required int SoaRefresh { get; init; }

    /// <summary>Seconds of the SOA record: retry.</summary>
    public required int SoaRetry { get; init; }

    /// <summary>Seconds of the SOA record: expire.</summary>
    public required int SoaExpire { get; init; }

    /// <summary>Seconds of the SOA record: minimum, which is how long a negative answer may be cached.</summary>
    public required int SoaMinTtl { get; init; }
}
