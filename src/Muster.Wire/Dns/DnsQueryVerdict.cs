namespace Muster.Wire.Dns;

/// <summary>What reading a packet as a query came to.</summary>
public enum DnsQueryVerdict
{
    /// <summary>A query to answer.</summary>
    Accepted,

    /// <summary>Too short, or a response: answering could start a loop between two servers.</summary>
    Drop,

    /// <summary>Malformed: answer FORMERR.</summary>
    FormatError,

    /// <summary>Not a standard query: answer NOTIMP.</summary>
    NotImplemented,

    /// <summary>An EDNS version we do not speak: answer BADVERS.</summary>
    BadVersion,
}
