namespace Muster.Wire.Dns;

/// <summary>The record types Muster reads or writes; any other value may arrive in a question.</summary>
public enum DnsRecordType : ushort
{
    /// <summary>No type.</summary>
    None = 0,

    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>A name server of a zone.</summary>
    Ns = 2,

    /// <summary>The canonical name behind an alias.</summary>
    Cname = 5,

    /// <summary>The start of a zone's authority.</summary>
    Soa = 6,

    /// <summary>A name for an address.</summary>
    Ptr = 12,

    /// <summary>A host's hardware and system; what a minimal answer to ANY is made of (RFC 8482).</summary>
    Hinfo = 13,

    /// <summary>Free text.</summary>
    Txt = 16,

    /// <summary>An IPv6 address.</summary>
    Aaaa = 28,

    /// <summary>A host and port that offer a service (RFC 2782).</summary>
    Srv = 33,

    /// <summary>The EDNS pseudo record (RFC 6891).</summary>
    Opt = 41,

    /// <summary>An incremental zone transfer (question only).</summary>
    Ixfr = 251,

    /// <summary>A full zone transfer (question only).</summary>
    Axfr = 252,

    /// <summary>Whatever the server has (question only).</summary>
    Any = 255,
}
