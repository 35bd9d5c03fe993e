namespace Muster.Wire.Dns;

/// <summary>The sections of a message that hold records, in wire order.</summary>
public enum DnsSection
{
    /// <summary>Records that answer the question.</summary>
    Answer,

    /// <summary>Records about the zone, such as the SOA of a negative answer.</summary>
    Authority,

    /// <summary>Records that save the client another query, and the OPT record.</summary>
    Additional,
}
