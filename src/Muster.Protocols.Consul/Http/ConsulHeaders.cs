using Microsoft.Extensions.Primitives;

namespace Muster.Protocols.Consul.Http;

/// <summary>Header names in the case Go writes them (a few clients compare case) and values made once.</summary>
internal static class ConsulHeaders
{
    public const string Index = "X-Consul-Index";
    public const string KnownLeader = "X-Consul-Knownleader";
    public const string LastContact = "X-Consul-Lastcontact";
    public const string EffectiveConsistency = "X-Consul-Effective-Consistency";
    public const string QueryBackend = "X-Consul-Query-Backend";
    public const string DefaultAclPolicy = "X-Consul-Default-Acl-Policy";
    public const string TranslateAddresses = "X-Consul-Translate-Addresses";
    public const string Token = "X-Consul-Token";
    public const string Namespace = "X-Consul-Namespace";
    public const string Reason = "X-Consul-Reason";
    public const string Cache = "X-Cache";

    public static readonly StringValues Json = "application/json";
    public static readonly StringValues PlainText = "text/plain; charset=utf-8";
    public static readonly StringValues AcceptEncoding = "Accept-Encoding";
    public static readonly StringValues Gzip = "gzip";
    public static readonly StringValues True = "true";
    public static readonly StringValues Zero = "0";
    public static readonly StringValues Allow = "allow";
    public static readonly StringValues BlockingQuery = "blocking-query";
    public static readonly StringValues Hit = "HIT";
    public static readonly StringValues Miss = "MISS";

    private static readonly StringValues Leader = "leader";
    private static readonly StringValues Consistent = "consistent";
    private static readonly StringValues Stale = "stale";

    public static StringValues TextOf(Consistency consistency) => consistency switch
    {
        Consistency.Consistent => Consistent,
        Consistency.Stale => Stale,
        _ => Leader,
    };
}
